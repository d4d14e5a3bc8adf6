package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkDirectoryDescriptorTest {

    /** Objects at 4096, 8192 and FFFFFFF0h; the second and the third are filemarks. */
    private static final String BY_HAND =
            """
            00 02 00 00  00 04 00 00  fe ff ff 1f
            01 00 00 00  02 00 00 00
            00 00 00 00
            """;

    private static final ChunkDirectory DIRECTORY =
            ChunkDirectory.of(new long[] {4096, 8192, 0xFFFFFFF0L}, new int[] {1, 2});

    @Test
    void directoryByHand() throws FormatException {
        assertThat(ChunkDirectoryDescriptor.lengthBytes(3, 2)).isEqualTo(24);
        byte[] bytes = new byte[28];
        Arrays.fill(bytes, (byte) 0xFF);
        ChunkDirectoryDescriptor.encode(MemorySegment.ofArray(bytes), 4, DIRECTORY);
        assertThat(Arrays.copyOfRange(bytes, 4, 28)).isEqualTo(Hex.bytes(BY_HAND));
        assertThat(decode(Hex.segment(BY_HAND), 3, 2)).isEqualTo(DIRECTORY);
    }

    @Test
    void filemarksAreCounted() {
        assertThat(DIRECTORY.isFilemark(0)).isFalse();
        assertThat(DIRECTORY.isFilemark(1)).isTrue();
        assertThat(DIRECTORY.filemarksBefore(0)).isZero();
        assertThat(DIRECTORY.filemarksBefore(1)).isZero();
        assertThat(DIRECTORY.filemarksBefore(2)).isEqualTo(1);
        assertThat(DIRECTORY.filemarksBefore(3)).isEqualTo(2);
        assertThat(DIRECTORY.fileOffsetBytes(2)).isEqualTo(0xFFFFFFF0L);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, offset of object 0",
        "5, 2, offset of object 1",
        "11, 63, offset of object 2",
        "12, 3, index of filemark 0",
        "12, 2, index of filemark 1",
        "15, 255, index of filemark 0",
        "16, 0, index of filemark 1",
    })
    void entryOutOfOrderIsRefused(int offset, int value, String field) {
        MemorySegment bytes = Hex.segment(BY_HAND);
        LittleEndian.putU8(bytes, offset, value);
        if (offset == 5) {
            LittleEndian.putU8(bytes, 4, 0);
        }
        assertThatThrownBy(() -> decode(bytes, 3, 2))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(field);
    }

    @Test
    void objectLostBeforeSealingHasNoOffset() throws FormatException {
        ChunkDirectory lost = ChunkDirectory.of(new long[] {4096, 0, 8192}, new int[] {0, 2});
        MemorySegment bytes = MemorySegment.ofArray(new byte[24]);
        ChunkDirectoryDescriptor.encode(bytes, 0, lost);
        ChunkDirectory decoded = decode(bytes, 3, 2);
        assertThat(decoded).isEqualTo(lost);
        assertThat(decoded.isLost(1)).isTrue();
        assertThat(decoded.isLost(2)).isFalse();
    }

    @Test
    void damageIsFound() {
        MemorySegment bytes = Hex.segment(BY_HAND);
        ChunkTrailer trailer = trailer(3, 2, Crc32c.of(bytes, 0, 24) ^ 1);
        assertThatThrownBy(() -> ChunkDirectoryDescriptor.decode(bytes, 0, "f", trailer))
                .hasMessageContaining("f: offset 4294967288: directory crc32c");
    }

    private static ChunkDirectory decode(MemorySegment bytes, int objects, int filemarks)
            throws FormatException {
        return ChunkDirectoryDescriptor.decode(
                bytes, 0, "f", trailer(objects, filemarks, Crc32c.of(bytes, 0, 24)));
    }

    private static ChunkTrailer trailer(int objects, int filemarks, int crc) {
        return new ChunkTrailer(
                objects,
                filemarks,
                OptionalLong.empty(),
                0,
                0xFFFFFFF8L,
                24,
                crc,
                new byte[ChunkDigest.LENGTH_BYTES]);
    }
}
