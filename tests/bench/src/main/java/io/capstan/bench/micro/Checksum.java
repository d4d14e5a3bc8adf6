package io.capstan.bench.micro;

import io.capstan.format.Crc32c;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** CRC-32C of a block, and the copy that a WRITE makes, to compare with. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Checksum {

    @Param({"48", "65536", "262144"})
    int lengthBytes;

    private final MemorySegment source = Arena.global().allocate(1 << 20, 4096);
    private final MemorySegment target = Arena.global().allocate(1 << 20, 4096);

    @Benchmark
    public int crc32c() {
        return Crc32c.of(source, 0, lengthBytes);
    }

    @Benchmark
    public MemorySegment copy() {
        MemorySegment.copy(source, 0, target, 0, lengthBytes);
        return target;
    }
}
