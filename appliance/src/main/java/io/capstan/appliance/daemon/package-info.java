/**
 * capstand: the daemon's process, from its command line to its exit status.
 *
 * <p>May import everything; nobody imports it. Start reading at {@link io.capstan.appliance.daemon.Capstand}.
 */
@NullMarked
package io.capstan.appliance.daemon;

import org.jspecify.annotations.NullMarked;
