/** Benchmarks of pieces, with JMH: {@code tests/bench/run micro -prof gc}. */
@NullMarked
package io.capstan.bench.micro;

import org.jspecify.annotations.NullMarked;
