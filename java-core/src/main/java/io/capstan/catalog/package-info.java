/**
 * The LMDB store of every association.
 *
 * <p>May import {@code format}, {@code buffer} and {@code metrics}; lmdbjava stays in here.
 */
@NullMarked
package io.capstan.catalog;

import org.jspecify.annotations.NullMarked;
