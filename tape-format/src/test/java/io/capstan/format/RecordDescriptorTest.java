package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordDescriptorTest {

    private static final int SALT = 0x7CC6942B;

    /** Block 100 of five bytes, "hello", at file offset 4096. */
    private static final String BLOCK =
            """
            43 52 45 43  01 00 00 00
            00 00 00 00  05 00 00 00
            05 00 00 00  4c bb 71 9a
            4c bb 71 9a  00 10 00 00
            64 00 00 00  00 00 00 00
            00 00 00 00  18 5a f7 95
            """;

    /** Filemark 0102030405060708h at file offset FFFFF000h. */
    private static final String FILEMARK =
            """
            43 52 45 43  02 00 00 00
            00 00 00 00  00 00 00 00
            00 00 00 00  00 00 00 00
            00 00 00 00  00 f0 ff ff
            08 07 06 05  04 03 02 01
            00 00 00 00  2e 3e 71 a1
            """;

    @Test
    void blockByHand() throws FormatException {
        byte[] bytes = new byte[64];
        RecordDescriptor.encodeBlock(
                MemorySegment.ofArray(bytes), 8, 4096, 100, 5, 0x9A71BB4C, 0, SALT);
        byte[] expected = new byte[64];
        System.arraycopy(Hex.bytes(BLOCK), 0, expected, 8, 48);
        assertThat(bytes).isEqualTo(expected);

        RecordHeader header =
                RecordDescriptor.decode(MemorySegment.ofArray(bytes), 8, "f", 4096, SALT);
        assertThat(header)
                .isEqualTo(
                        new RecordHeader(
                                RecordKind.BLOCK,
                                0,
                                0,
                                0,
                                0,
                                5,
                                5,
                                0x9A71BB4C,
                                0x9A71BB4C,
                                4096,
                                100));
        assertThat(header.recordLengthBytes()).isEqualTo(56);
        assertThat(header.dataOffsetBytes()).isEqualTo(4096 + 48);
    }

    @Test
    void filemarkByHand() throws FormatException {
        byte[] bytes = new byte[48];
        RecordDescriptor.encodeMark(
                MemorySegment.ofArray(bytes),
                0,
                RecordKind.FILEMARK,
                0xFFFFF000L,
                0x0102030405060708L,
                SALT);
        assertThat(bytes).isEqualTo(Hex.bytes(FILEMARK));
        RecordHeader header =
                RecordDescriptor.decode(Hex.segment(FILEMARK), 0, "f", 0xFFFFF000L, SALT);
        assertThat(header.kind()).isEqualTo(RecordKind.FILEMARK);
        assertThat(header.objectNumber()).isEqualTo(0x0102030405060708L);
    }

    @Test
    void everyFlippedBitIsFound() {
        for (int bit = 0; bit < 48 * 8; bit++) {
            byte[] bytes = Hex.bytes(BLOCK);
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            MemorySegment segment = MemorySegment.ofArray(bytes);
            assertThat(RecordDescriptor.isHeader(segment, 0, 4096, SALT))
                    .as("bit %d", bit)
                    .isFalse();
            assertThatThrownBy(() -> RecordDescriptor.decode(segment, 0, "f", 4096, SALT))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void recordOfAnotherChunkIsNone() {
        assertThatThrownBy(
                        () -> RecordDescriptor.decode(Hex.segment(BLOCK), 0, "f", 4096, SALT + 1))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("f: offset 4140: record header crc32c");
    }

    @Test
    void recordOfAnotherPlaceIsNone() {
        assertThatThrownBy(() -> RecordDescriptor.decode(Hex.segment(BLOCK), 0, "f", 4104, SALT))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("written for offset 4096");
        assertThat(RecordDescriptor.isHeader(Hex.segment(BLOCK), 0, 4104, SALT)).isFalse();
    }

    @Test
    void noMagicIsSaidFirst() {
        assertThatThrownBy(() ->
                        RecordDescriptor.decode(
                                MemorySegment.ofArray(new byte[48]), 0, "f", 0, SALT))
                .hasMessageContaining("record magic: 00000000");
    }

    /** Headers with a right checksum and fields that no writer of version 1 writes. */
    @ParameterizedTest
    @CsvSource({
        "4, 1, 9, record kind",
        "4, 1, 0, record kind",
        "8, 2, 4, extension length",
        "10, 2, 1, record reserved",
        "12, 4, 0, logical length",
        "12, 4, 16777216, logical length",
        "12, 4, -1, logical length",
        "12, 4, 6, stored length of a plain block",
        "16, 4, 0, stored length",
        "16, 4, 16777216, stored length",
        "16, 4, -2147483648, stored length",
        "40, 4, 1, record reserved",
        "39, 1, 128, object number",
    })
    void impossibleFieldIsRefused(int offset, int width, int value, String field) {
        MemorySegment bytes = changed(BLOCK, segment -> put(segment, offset, width, value));
        assertThatThrownBy(() -> RecordDescriptor.decode(bytes, 0, "f", 4096, SALT))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @CsvSource({"5, 1, 1", "6, 1, 1", "8, 2, 8", "12, 4, 1", "16, 4, 1"})
    void filemarkHasNothingButItself(int offset, int width, int value) {
        MemorySegment bytes =
                changed(
                        BLOCK,
                        segment -> {
                            put(segment, 4, 1, RecordKind.FILEMARK.code());
                            put(segment, 12, 4, 0);
                            put(segment, 16, 4, 0);
                            put(segment, offset, width, value);
                        });
        assertThatThrownBy(() -> RecordDescriptor.decode(bytes, 0, "f", 4096, SALT))
                .isInstanceOf(FormatException.class);
    }

    @Test
    void recordEndsWhereFilesEnd() {
        MemorySegment bytes =
                changed(
                        BLOCK,
                        segment -> {
                            put(segment, 12, 4, 4096);
                            put(segment, 16, 4, 4096);
                            put(segment, 28, 4, 0xFFFFF000);
                        });
        assertThatThrownBy(() -> RecordDescriptor.decode(bytes, 0, "f", 0xFFFFF000L, SALT))
                .hasMessageContaining("record end");
    }

    @Test
    void transformedRecordIsAHeaderAllTheSame() throws FormatException {
        RecordHeader header =
                new RecordHeader(
                        RecordKind.BLOCK, 7, 9, 2, 0xFFF8, 1_000_000, 3, 1, 2, 1 << 20, 42);
        MemorySegment bytes = MemorySegment.ofArray(new byte[48]);
        RecordDescriptor.encode(bytes, 0, header, SALT);
        RecordHeader decoded = RecordDescriptor.decode(bytes, 0, "f", 1 << 20, SALT);
        assertThat(decoded).isEqualTo(header);
        assertThat(decoded.isPlain()).isFalse();
        assertThat(decoded.recordLengthBytes()).isEqualTo(48 + 0xFFF8 + 8);
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 0",
        "4104, 4088",
        "8144, 48",
        "8152, 4136",
        "8184, 4104",
        "8192, 0",
        "4294959104, 0",
    })
    void paddingReachesTheAlignment(long fileOffset, int expected) {
        int length = RecordDescriptor.paddingLengthBytes(fileOffset, 4096);
        assertThat(length).isEqualTo(expected);
        assertThat((fileOffset + length) % 4096).isZero();
    }

    @Test
    void paddingIsZerosBehindAHeader() throws FormatException {
        byte[] bytes = new byte[4088];
        Arrays.fill(bytes, (byte) 0x55);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        RecordDescriptor.encodePadding(segment, 0, 4104, 5, 4088, SALT);
        RecordHeader header = RecordDescriptor.decode(segment, 0, "f", 4104, SALT);
        assertThat(header.kind()).isEqualTo(RecordKind.PADDING);
        assertThat(header.endOffsetBytes()).isEqualTo(8192);
        assertThat(header.objectNumber()).isEqualTo(5);
        assertThat(header.storedCrc32c())
                .isEqualTo(Crc32c.of(MemorySegment.ofArray(new byte[4040]), 0, 4040));
        for (int i = 48; i < bytes.length; i++) {
            assertThat(bytes[i]).isZero();
        }
    }

    private static MemorySegment changed(String hex, Consumer<MemorySegment> change) {
        MemorySegment bytes = Hex.segment(hex);
        change.accept(bytes);
        put(bytes, 44, 4, Crc32c.salted(bytes, 0, 44, SALT));
        return bytes;
    }

    private static void put(MemorySegment bytes, int offset, int width, int value) {
        switch (width) {
            case 1 -> LittleEndian.putU8(bytes, offset, value);
            case 2 -> LittleEndian.putU16(bytes, offset, value);
            case 4 -> LittleEndian.putU32(bytes, offset, value);
            default -> throw new AssertionError(width);
        }
    }
}
