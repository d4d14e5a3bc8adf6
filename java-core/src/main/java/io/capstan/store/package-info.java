/**
 * Chunk files on the node's own disks.
 *
 * <p>May import {@code format}, {@code buffer} and {@code metrics}.
 */
@NullMarked
package io.capstan.store;

import org.jspecify.annotations.NullMarked;
