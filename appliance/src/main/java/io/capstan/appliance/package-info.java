/**
 * capstand: the daemon and composition root.
 *
 * <p>May import everything; nobody imports it.
 */
@NullMarked
package io.capstan.appliance;

import org.jspecify.annotations.NullMarked;
