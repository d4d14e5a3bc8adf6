/** What benchmarks need of the ring's inside. */
@NullMarked
package io.capstan.tcmu;

import org.jspecify.annotations.NullMarked;
