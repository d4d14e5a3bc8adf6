/**
 * Keeps chunks whole: mirrors what has too few copies, repairs what is bad, brings disks back that were away, evacuates and
 * replaces disks, and scrubs. {@link Upkeep} is the whole of it; {@link io.capstan.store.Placement} is how it is asked.
 *
 * <p>May import {@code store}, {@code catalog}, {@code format} and {@code metrics}.
 */
@NullMarked
package io.capstan.upkeep;

import org.jspecify.annotations.NullMarked;
