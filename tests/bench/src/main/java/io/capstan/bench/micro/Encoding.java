package io.capstan.bench.micro;

import io.capstan.format.BlockCipher;
import io.capstan.format.BlockEncoder;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

/** Compression and encryption of a block of which every other 4 KiB are text that repeats. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Encoding {

    private static final int STRETCH_BYTES = 4096;
    private static final EncryptionDescription DESCRIPTION =
            new EncryptionDescription(new byte[0], new byte[0], false, false);

    @Param({"65536", "262144"})
    int lengthBytes;

    private final BlockEncoder encoder = new BlockEncoder();
    private final BlockCipher cipher =
            new BlockCipher(
                    new DataKey(new byte[DataKey.LENGTH_BYTES]),
                    new byte[BlockCipher.SALT_LENGTH_BYTES]);
    private final MemorySegment block = halfText(1 << 18);

    private static MemorySegment halfText(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(17).nextBytes(bytes);
        for (int at = 0; at < lengthBytes; at += 2 * STRETCH_BYTES) {
            for (int i = 0; i < STRETCH_BYTES; i++) {
                bytes[at + i] = (byte) ('a' + (i + at / STRETCH_BYTES) % 23);
            }
        }
        MemorySegment block = Arena.global().allocate(lengthBytes, 4096);
        MemorySegment.copy(bytes, 0, block, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        return block;
    }

    @Benchmark
    public Optional<EncodedBlock> compress() {
        return encoder.compress(List.of(block.asSlice(0, lengthBytes)), lengthBytes, 0);
    }

    @Benchmark
    public EncodedBlock encrypt() {
        return encoder.encrypt(
                List.of(block.asSlice(0, lengthBytes)), lengthBytes, 0, false, cipher, DESCRIPTION);
    }
}
