package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkTrailerDescriptorTest {

    private static final int SALT = 0x7CC6942B;

    private static final String BY_HAND =
            """
            43 50 53 54 4e 54 52 4c  01 00 01 00 80 00 00 00
            03 00 00 00 01 00 00 00  67 00 00 00 00 00 00 00
            d2 04 00 00 00 00 00 00  00 20 00 00 00 00 00 00
            00 20 00 00 00 00 00 00  10 00 00 00 ef be ad de
            00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f
            10 11 12 13 14 15 16 17  18 19 1a 1b 1c 1d 1e 1f
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  2b 94 c6 7c 6a 32 a0 89
            """;

    private static final ChunkTrailer TRAILER =
            new ChunkTrailer(
                    3,
                    1,
                    OptionalLong.of(103),
                    1234,
                    8192,
                    16,
                    0xDEADBEEF,
                    HexFormat.of()
                            .parseHex(
                                    "000102030405060708090a0b0c0d0e0f"
                                            + "101112131415161718191a1b1c1d1e1f"));

    @Test
    void trailerByHand() throws FormatException {
        byte[] bytes = new byte[128];
        Arrays.fill(bytes, (byte) 0xFF);
        ChunkTrailerDescriptor.encode(MemorySegment.ofArray(bytes), 0, TRAILER, SALT);
        assertThat(bytes).isEqualTo(Hex.bytes(BY_HAND));
        assertThat(ChunkTrailerDescriptor.decode(Hex.segment(BY_HAND), 0, "f", 8208, SALT))
                .isEqualTo(TRAILER);
    }

    @Test
    void anyFlippedBitIsFound() {
        for (int bit = 0; bit < 128 * 8; bit++) {
            byte[] bytes = Hex.bytes(BY_HAND);
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() ->
                            ChunkTrailerDescriptor.decode(
                                    MemorySegment.ofArray(bytes), 0, "f", 8208, SALT))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void trailerOfAnotherChunkIsNone() {
        assertThatThrownBy(() ->
                        ChunkTrailerDescriptor.decode(Hex.segment(BY_HAND), 0, "f", 8208, SALT + 1))
                .hasMessageContaining("f: offset 8328: trailer salt");
    }

    /** Lengths from a file never lead to an allocation beyond the format's limits. */
    @ParameterizedTest
    @CsvSource({
        "10, 3, flags",
        "12, 127, trailer length",
        "18, 2, object count",
        "19, 255, object count",
        "20, 4, filemark count",
        "31, 128, end of data",
        "39, 128, stored byte count",
        "40, 4, content length",
        "41, 15, content length",
        "45, 1, content length",
        "48, 8, directory offset",
        "56, 24, directory length",
        "59, 128, directory length",
        "96, 1, zeros",
        "119, 1, zeros",
    })
    void impossibleFieldIsRefused(int offset, int value, String field) {
        MemorySegment bytes = Hex.segment(BY_HAND);
        LittleEndian.putU8(bytes, offset, value);
        LittleEndian.putU32(bytes, 124, Crc32c.of(bytes, 0, 124));
        assertThatThrownBy(() -> ChunkTrailerDescriptor.decode(bytes, 0, "f", 8208, SALT))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(field);
    }
}
