package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Crc32cTest {

    @Test
    void checkValueOfTheCatalogueOfCrcs() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc32c.of(MemorySegment.ofArray(digits), 0, 9)).isEqualTo(0xE3069283);
    }

    @Test
    void thirtyTwoZerosOfRfc3720() {
        assertThat(Crc32c.of(MemorySegment.ofArray(new byte[32]), 0, 32)).isEqualTo(0x8A9136AA);
    }

    @Test
    void saltStandsBehindTheBytes() {
        byte[] bytes = {1, 2, 3, (byte) 0xDD, (byte) 0xCC, (byte) 0xBB, (byte) 0xAA};
        MemorySegment segment = MemorySegment.ofArray(bytes);
        assertThat(Crc32c.salted(segment, 0, 3, 0xAABBCCDD)).isEqualTo(Crc32c.of(segment, 0, 7));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 70_000})
    void sameAsTheJdkOnHeapAndNative(int length) {
        byte[] data = ChunkBuilder.data(length, length);
        CRC32C crc = new CRC32C();
        crc.update(data);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment off = arena.allocate(length + 3L);
            MemorySegment.copy(MemorySegment.ofArray(data), 0, off, 3, length);
            assertThat(Crc32c.of(off, 3, length)).isEqualTo((int) crc.getValue());
        }
        assertThat(Crc32c.of(MemorySegment.ofArray(data), 0, length))
                .isEqualTo((int) crc.getValue());
    }
}
