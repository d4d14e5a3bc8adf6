/**
 * Benchmarks of whole paths, each beside its yardsticks in one run: {@link io.capstan.bench.Main} is the place to start.
 * Benchmarks of pieces are in {@code micro}.
 *
 * <p>Figures depend on the machine and the minute; what counts is a ratio within one run.
 */
@NullMarked
package io.capstan.bench;

import org.jspecify.annotations.NullMarked;
