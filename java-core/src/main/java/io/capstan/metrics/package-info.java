/**
 * Counters: one enum per room, one registry per node.
 *
 * <p>May import the JDK alone.
 */
@NullMarked
package io.capstan.metrics;

import org.jspecify.annotations.NullMarked;
