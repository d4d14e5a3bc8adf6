package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkHeaderDescriptorTest {

    /** All fields of a header up to the zeros. */
    private static final String FIELDS =
            """
            43 50 53 54 4e 43 48 4b  01 00 01 01 00 10 00 00
            00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff
            07 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00
            64 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00
            28 23 00 00 00 00 00 00  43 41 50 30 30 31 4c 38
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  00 c0 bc f7 e9 0a 00 00
            00 68 e5 cf 8b 01 00 00  88 5e 02 01 00 10 00 00
            2b 94 c6 7c
            """;

    private static final ChunkHeader HEADER =
            new ChunkHeader(
                    new ChunkId(ChunkBuilder.CONTAINER, 7),
                    ContainerKind.CARTRIDGE,
                    2,
                    1,
                    100,
                    3,
                    9_000,
                    new MediumDescription(
                            new VolumeIdentifier("CAP001L8"),
                            0x88,
                            0x5E,
                            12_000_000_000_000L,
                            2,
                            true),
                    1_700_000_000_000L);

    private static byte[] byHand() {
        byte[] bytes = Arrays.copyOf(Hex.bytes(FIELDS), 4096);
        LittleEndian.putU32(MemorySegment.ofArray(bytes), 4092, 0x14929A74);
        return bytes;
    }

    @Test
    void headerByHand() throws FormatException {
        byte[] bytes = new byte[5000];
        Arrays.fill(bytes, (byte) 0xFF);
        ChunkHeaderDescriptor.encode(MemorySegment.ofArray(bytes), 16, HEADER);
        assertThat(Arrays.copyOfRange(bytes, 16, 16 + 4096)).isEqualTo(byHand());
        assertThat(bytes[15]).isEqualTo((byte) 0xFF);
        assertThat(bytes[16 + 4096]).isEqualTo((byte) 0xFF);
        assertThat(ChunkHeaderDescriptor.decode(MemorySegment.ofArray(bytes), 16, "f"))
                .isEqualTo(HEADER);
        assertThat(HEADER.recordSalt()).isEqualTo(0x7CC6942B);
    }

    @Test
    void saltIsOfTheIdentityAlone() {
        ChunkId chunk = new ChunkId(ChunkBuilder.CONTAINER, 7);
        assertThat(ChunkHeaderDescriptor.recordSalt(chunk, 2)).isEqualTo(0x7CC6942B);
        assertThat(ChunkHeaderDescriptor.recordSalt(chunk, 3)).isNotEqualTo(0x7CC6942B);
        assertThat(ChunkHeaderDescriptor.recordSalt(chunk.next(), 2)).isNotEqualTo(0x7CC6942B);
    }

    @Test
    void anyFlippedBitIsFound() {
        for (int bit = 0; bit < 4096 * 8; bit += bit < 132 * 8 ? 1 : 61) {
            byte[] bytes = byHand();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() ->
                            ChunkHeaderDescriptor.decode(MemorySegment.ofArray(bytes), 0, "f"))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void newerVersionIsNamed() {
        byte[] bytes = byHand();
        bytes[8] = 2;
        assertThatThrownBy(() -> ChunkHeaderDescriptor.decode(MemorySegment.ofArray(bytes), 0, "f"))
                .hasMessage("f: offset 8: version: 2; this software reads versions 1 to 1");
    }

    @ParameterizedTest
    @CsvSource({
        "10, 2, partition",
        "11, 3, container kind",
        "12, 1, header length",
        "32, 0, sequence",
        "39, 128, sequence",
        "47, 128, generation",
        "48, 2, first filemark number",
        "55, 255, first object number",
        "71, 128, first byte",
        "72, 0, volume identifier",
        "72, 97, volume identifier",
        "111, 128, native capacity",
        "122, 0, partition",
        "122, 5, partition count",
        "123, 2, flags",
        "125, 0, alignment",
        "128, 0, record salt",
        "132, 1, zeros",
        "4091, 1, zeros",
    })
    void impossibleFieldIsRefused(int offset, int value, String field) {
        byte[] bytes = byHand();
        bytes[offset] = (byte) value;
        MemorySegment segment = MemorySegment.ofArray(bytes);
        LittleEndian.putU32(segment, 4092, Crc32c.of(segment, 0, 4092));
        assertThatThrownBy(() -> ChunkHeaderDescriptor.decode(segment, 0, "f"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(field);
    }

    @Test
    void headerThatContradictsItselfIsNotMade() {
        assertThatThrownBy(() -> ChunkBuilder.header(1, 1, 2, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkBuilder.header(1, 1, 0, 3, 4, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkBuilder.header(1, -1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
