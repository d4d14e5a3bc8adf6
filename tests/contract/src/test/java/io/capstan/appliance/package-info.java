/**
 * The appliance from outside: a node in this process, its API over a real socket, and the daemon and the command line as
 * processes of their own.
 */
package io.capstan.appliance;
