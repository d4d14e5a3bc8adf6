/**
 * Data-In and Data-Out buffers over memory segments.
 *
 * <p>May import the JDK alone.
 */
@NullMarked
package io.capstan.buffer;

import org.jspecify.annotations.NullMarked;
