package io.capstan.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of every version ever released, byte by byte. They are never changed: a change of the format is a new version
 * with files of its own, and this version's files stay readable.
 *
 * <p>With the system property {@code capstan.golden.dir} set, the files that are missing there are written.
 */
class GoldenFilesTest {

    /** A golden file of version 1. */
    enum Golden {
        SEALED("sealed.chunk"),
        TORN("torn.chunk"),
        TRANSFORMED("transformed.chunk"),
        LABEL("cartridge.label");

        private final String file;

        Golden(String file) {
            this.file = file;
        }

        byte[] bytes() throws IOException {
            try (InputStream in = GoldenFilesTest.class.getResourceAsStream("v1/" + file)) {
                return Objects.requireNonNull(in, file).readAllBytes();
            }
        }

        byte[] written() {
            return switch (this) {
                case SEALED -> sealed().bytes();
                case TORN -> torn();
                case TRANSFORMED -> transformed().bytes();
                case LABEL -> CartridgeLabelDescriptor.encode(label());
            };
        }
    }

    private static final byte[] TEXT =
            "The quick brown fox jumps over the lazy dog".getBytes(US_ASCII);

    private static final byte[] LONG_TEXT =
            "The quick brown fox jumps over the lazy dog".repeat(8).getBytes(US_ASCII);

    /** What zstd 1.5.7 makes of it at level 1; another version may make it shorter, and must read this. */
    private static final byte[] COMPRESSED_TEXT =
            HexFormat.of()
                    .parseHex(
                            "28b52ffd605800a50100b40254686520717569636b2062726f776e20666f7820"
                                    + "6a756d7073206f76657220746865206c617a7920646f6701005371aa2a03");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource
    void writtenTodayIsWhatWasReleased(Golden golden) throws IOException {
        String target = System.getProperty("capstan.golden.dir");
        if (target != null && Files.notExists(Path.of(target, golden.file))) {
            Files.createDirectories(Path.of(target));
            Files.write(Path.of(target, golden.file), golden.written());
        }
        assertThat(golden.written()).isEqualTo(golden.bytes());
    }

    @Test
    void sealedChunkIsRead() throws IOException {
        try (ChunkFileReader reader = open(Golden.SEALED)) {
            ChunkHeader header = reader.header();
            assertThat(header.chunk()).isEqualTo(new ChunkId(ChunkBuilder.CONTAINER, 7));
            assertThat(header.generation()).isEqualTo(2);
            assertThat(header.partition()).isEqualTo(1);
            assertThat(header.firstObjectNumber()).isEqualTo(100);
            assertThat(header.firstFilemarkNumber()).isEqualTo(3);
            assertThat(header.firstByteNumber()).isEqualTo(9_000);
            assertThat(header.medium()).isEqualTo(ChunkBuilder.MEDIUM);
            assertThat(header.createdEpochMillis()).isEqualTo(1_700_000_000_000L);
            ChunkContent content = reader.content();
            assertThat(content).isEqualTo(reader.scan(4096));
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.SEALED);
            assertThat(content.directory().objectCount()).isEqualTo(4);
            assertThat(content.directory().isFilemark(1)).isTrue();
            assertThat(content.endOfDataObjectNumber()).isEqualTo(OptionalLong.of(104));
            assertThat(content.storedByteCount()).isEqualTo(43 + 1000 + 1);
            assertThat(read(reader, content, 0)).isEqualTo(TEXT);
            assertThat(read(reader, content, 2)).isEqualTo(ChunkBuilder.data(1000, 5));
            assertThat(read(reader, content, 3)).isEqualTo(ChunkBuilder.data(1, 6));
        }
    }

    @Test
    void tornChunkIsRead() throws IOException {
        try (ChunkFileReader reader = open(Golden.TORN)) {
            ChunkContent content = reader.content();
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.TORN);
            assertThat(content.contentLengthBytes()).isEqualTo(8192 + 96);
            assertThat(content.tailFault().orElseThrow().offsetBytes()).isEqualTo(8192 + 96 + 48);
            assertThat(content.damage()).isEmpty();
            assertThat(content.directory().objectCount()).isEqualTo(3);
            assertThat(read(reader, content, 0)).isEqualTo(TEXT);
            assertThat(content.directory().isFilemark(1)).isTrue();
            assertThat(read(reader, content, 2)).isEqualTo(TEXT);
        }
    }

    @Test
    void transformedBlocksAreRead() throws IOException {
        try (ChunkFileReader reader = open(Golden.TRANSFORMED);
                BlockDecryptor decryptor = new BlockDecryptor()) {
            ChunkContent content = reader.content();
            assertThat(content).isEqualTo(reader.scan(4096));
            assertThat(read(reader, content, 0)).isEqualTo(LONG_TEXT);
            RecordHeader header = reader.readHeader(content.directory(), 1);
            assertThat(header.logicalLengthBytes()).isEqualTo(LONG_TEXT.length);
            assertThat(header.logicalCrc32c()).isZero();
            EncodedBlock encrypted = reader.readEncoded(header);
            assertThat(decryptor.open(encrypted, goldenKey()))
                    .isEqualTo(BlockDecryptor.Outcome.OPENED);
            assertThat(decryptor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(LONG_TEXT);
            EncryptionDescription says = EncryptionDescription.of(encrypted).orElseThrow();
            assertThat(says.authenticatedKad()).isEqualTo("akad".getBytes(US_ASCII));
            assertThat(says.unauthenticatedKad()).isEqualTo("backup key 1".getBytes(US_ASCII));
            assertThat(content.storedByteCount())
                    .isEqualTo(COMPRESSED_TEXT.length + 4 + LONG_TEXT.length);
        }
    }

    @Test
    void labelIsRead() throws IOException {
        Path file = write(Golden.LABEL);
        assertThat(CartridgeLabelFile.read(file)).isEqualTo(label());
    }

    private static ChunkBuilder sealed() {
        return ChunkBuilder.of(ChunkBuilder.header(7, 2, 1, 100, 3, 9_000))
                .block(TEXT)
                .filemark()
                .synchronize()
                .block(ChunkBuilder.data(1000, 5))
                .block(ChunkBuilder.data(1, 6))
                .endOfData()
                .seal();
    }

    /** The last record lost the second half of its data. */
    private static byte[] torn() {
        ChunkBuilder chunk =
                ChunkBuilder.first()
                        .block(TEXT)
                        .filemark()
                        .synchronize()
                        .block(TEXT)
                        .block(ChunkBuilder.data(600, 4));
        byte[] file = chunk.bytes();
        Arrays.fill(file, file.length - 300, file.length, (byte) 0);
        return file;
    }

    /** The text eight times over, compressed, then encrypted. */
    private static ChunkBuilder transformed() {
        MemorySegment text = MemorySegment.ofArray(LONG_TEXT);
        return ChunkBuilder.first()
                .block(
                        new EncodedBlock(
                                1,
                                0,
                                0,
                                LONG_TEXT.length,
                                Crc32c.of(text, 0, LONG_TEXT.length),
                                MemorySegment.ofArray(new byte[0]),
                                MemorySegment.ofArray(COMPRESSED_TEXT)))
                .block(
                        new BlockEncoder()
                                .encrypt(
                                        List.of(text),
                                        LONG_TEXT.length,
                                        0,
                                        false,
                                        new BlockCipher(goldenKey(), ChunkBuilder.data(16, 9)),
                                        new EncryptionDescription(
                                                "akad".getBytes(US_ASCII),
                                                "backup key 1".getBytes(US_ASCII),
                                                false,
                                                false)))
                .seal();
    }

    private static DataKey goldenKey() {
        return new DataKey(ChunkBuilder.data(32, 3));
    }

    private static CartridgeLabel label() {
        return new CartridgeLabel(
                ChunkBuilder.CONTAINER,
                ChunkBuilder.MEDIUM,
                List.of(6_000_000_000_000L, 6_000_000_000_000L),
                2,
                false,
                "east",
                OptionalInt.of(1001),
                List.of(new MamAttribute(0, 0x0803, 1, "weekly full".getBytes(US_ASCII))),
                42,
                ChunkBuilder.CREATED_EPOCH_MILLIS);
    }

    private ChunkFileReader open(Golden golden) throws IOException {
        return ChunkFileReader.open(write(golden));
    }

    private Path write(Golden golden) throws IOException {
        return Files.write(directory.resolve(golden.file), golden.bytes());
    }

    private static byte[] read(ChunkFileReader reader, ChunkContent content, int index)
            throws IOException {
        RecordHeader header = reader.readHeader(content.directory(), index);
        byte[] data = new byte[header.logicalLengthBytes()];
        reader.readData(header, MemorySegment.ofArray(data), 0);
        return data;
    }
}
