package io.capstan.format.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.ChunkBuilder;
import io.capstan.format.ContainerFiles;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatExtractTest {

    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WXYZ = "wxyz".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;

    @Test
    void plainFileIsTheBlocks() throws IOException {
        tape();
        FormatExtract.Result result = extract(ImageFormat.PLAIN, FormatExtract.Unreadable.REFUSE);
        assertThat(target()).hasContent("abcwxyzabc");
        assertThat(result).isEqualTo(new FormatExtract.Result(3, 2, 10, 0, List.of()));
    }

    @Test
    void simhImageByHand() throws IOException {
        tape();
        extract(ImageFormat.SIMH, FormatExtract.Unreadable.REFUSE);
        assertThat(Files.readAllBytes(target()))
                .isEqualTo(
                        hex(
                                """
                                03000000 616263 00 03000000
                                04000000 7778797a 04000000
                                00000000
                                03000000 616263 00 03000000
                                00000000
                                """));
    }

    @Test
    void awstapeImageByHand() throws IOException {
        tape();
        extract(ImageFormat.AWSTAPE, FormatExtract.Unreadable.REFUSE);
        assertThat(Files.readAllBytes(target()))
                .isEqualTo(
                        hex(
                                """
                                0300 0000 a0 00 616263
                                0400 0300 a0 00 7778797a
                                0000 0400 40 00
                                0300 0000 a0 00 616263
                                0000 0300 40 00
                                """));
    }

    @Test
    void longBlockIsSegmentedInAwstape() throws IOException {
        byte[] data = ChunkBuilder.data(150_000, 1);
        files().put(ChunkBuilder.first().block(data).filemark().seal());
        extract(ImageFormat.AWSTAPE, FormatExtract.Unreadable.REFUSE);
        ByteBuffer image =
                ByteBuffer.wrap(Files.readAllBytes(target())).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        int[][] headers = {
            {65_535, 0, 0x80}, {65_535, 65_535, 0}, {18_930, 65_535, 0x20}, {0, 18_930, 0x40}
        };
        for (int[] expected : headers) {
            int length = Short.toUnsignedInt(image.getShort());
            int previous = Short.toUnsignedInt(image.getShort());
            int flags = Byte.toUnsignedInt(image.get());
            assertThat(image.get()).isZero();
            assertThat(new int[] {length, previous, flags}).isEqualTo(expected);
            byte[] segment = new byte[length];
            image.get(segment);
            block.writeBytes(segment);
        }
        assertThat(image.hasRemaining()).isFalse();
        assertThat(block.toByteArray()).isEqualTo(data);
    }

    @Test
    void overwrittenAndErasedContentDoesNotComeBack() throws IOException {
        ContainerFiles files = files();
        files.put(ChunkBuilder.first().block(ABC).block(ABC).filemark().block(ABC).seal());
        files.put(ChunkBuilder.at(2, 1, 0, 3).block(WXYZ).block(WXYZ).synchronize());
        files.put(ChunkBuilder.at(3, 2, 0, 7).endOfData().synchronize());
        extract(ImageFormat.PLAIN, FormatExtract.Unreadable.REFUSE);
        assertThat(target()).hasContent("abcwxyz");
    }

    @Test
    void partitionsAreApart() throws IOException {
        ContainerFiles files = files();
        files.put(ChunkBuilder.first().block(ABC).seal());
        files.put(ChunkBuilder.of(ChunkBuilder.header(2, 1, 1, 0, 0, 0)).block(WXYZ).seal());
        FormatExtract.extract(
                List.of(files.directory()),
                0,
                1,
                ImageFormat.PLAIN,
                FormatExtract.Unreadable.REFUSE,
                target());
        assertThat(target()).hasContent("wxyz");
    }

    @Test
    void containerMayBeSpreadOverDirectories() throws IOException {
        files().put(ChunkBuilder.first().block(ABC).seal());
        ContainerFiles second = ContainerFiles.in(directory.resolve("second"));
        second.put(ChunkBuilder.at(2, 1, 0, 3).block(WXYZ).seal());
        FormatExtract.extract(
                List.of(files().directory(), second.directory()),
                0,
                0,
                ImageFormat.PLAIN,
                FormatExtract.Unreadable.REFUSE,
                target());
        assertThat(target()).hasContent("abcwxyz");
    }

    @Test
    void generationOfTheLabelIsTheFloor() throws IOException {
        files().put(ChunkBuilder.first().block(ABC).seal());
        FormatExtract.extract(
                List.of(files().directory()),
                2,
                0,
                ImageFormat.PLAIN,
                FormatExtract.Unreadable.REFUSE,
                target());
        assertThat(target()).isEmptyFile();
    }

    @Test
    void damagedBlockIsRefusedAndNoFileIsLeft() throws IOException {
        damagedTape();
        assertThatThrownBy(() -> extract(ImageFormat.SIMH, FormatExtract.Unreadable.REFUSE))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(
                        "0000000000000001.chunk: offset 4200: stored crc32c of object 1");
        assertThat(target()).doesNotExist();
        try (var left = Files.list(directory)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void damagedBlockIsMarkedBadInSimh() throws IOException {
        damagedTape();
        FormatExtract.Result result = extract(ImageFormat.SIMH, FormatExtract.Unreadable.MARK);
        assertThat(Files.readAllBytes(target()))
                .isEqualTo(
                        hex(
                                """
                                03000000 616263 00 03000000
                                04000080 00000000 04000080
                                00000000
                                03000000 616263 00 03000000
                                """));
        assertThat(result.unreadableCount()).isEqualTo(1);
        assertThat(result.blockCount()).isEqualTo(2);
        assertThat(result.byteCount()).isEqualTo(6);
        assertThat(result.findings()).hasSize(1);
        assertThat(result.findings().getFirst().severity()).isEqualTo(Finding.Severity.DAMAGE);
    }

    @Test
    void zerosTakeThePlaceWhereNothingMarksBadBlocks() throws IOException {
        damagedTape();
        extract(ImageFormat.PLAIN, FormatExtract.Unreadable.MARK);
        assertThat(Files.readAllBytes(target())).isEqualTo(hex("616263 00000000 616263"));
        Files.delete(target());
        extract(ImageFormat.AWSTAPE, FormatExtract.Unreadable.MARK);
        assertThat(Arrays.copyOf(Files.readAllBytes(target()), 19))
                .isEqualTo(hex("0300 0000 a0 00 616263 0400 0300 a0 00 00000000"));
    }

    @Test
    void lostHeaderLosesTheLengthButNotTheFilemarkBehindIt() throws IOException {
        Path file = files().put(ChunkBuilder.first().block(ABC).block(WXYZ).filemark().seal());
        ContainerFiles.flip(file, 4096 + 56);
        extract(ImageFormat.SIMH, FormatExtract.Unreadable.MARK);
        assertThat(Files.readAllBytes(target()))
                .isEqualTo(
                        hex(
                                """
                                03000000 616263 00 03000000
                                01000080 00 00 01000080
                                00000000
                                """));
    }

    @Test
    void missingChunkIsAHole() throws IOException {
        ContainerFiles files = files();
        files.put(ChunkBuilder.first().block(ABC).seal());
        files.put(ChunkBuilder.at(3, 3, 0, 9).block(ABC).seal());
        assertThatThrownBy(() -> extract(ImageFormat.SIMH, FormatExtract.Unreadable.REFUSE))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("objects 1 to 2: no chunk file here holds them");
        FormatExtract.Result result = extract(ImageFormat.SIMH, FormatExtract.Unreadable.MARK);
        assertThat(result.unreadableCount()).isEqualTo(2);
        assertThat(Files.size(target())).isEqualTo(12 + 2 * 10 + 12);
    }

    @Test
    void existingFileIsNotReplaced() throws IOException {
        tape();
        Files.writeString(target(), "precious");
        assertThatThrownBy(() -> extract(ImageFormat.PLAIN, FormatExtract.Unreadable.REFUSE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(target()).hasContent("precious");
    }

    private void tape() throws IOException {
        files().put(ChunkBuilder.first().block(ABC).block(WXYZ).seal());
        files().put(ChunkBuilder.at(2, 2, 0, 7).filemark().block(ABC).filemark().synchronize());
    }

    private void damagedTape() throws IOException {
        Path file =
                files().put(
                                ChunkBuilder.first()
                                        .block(ABC)
                                        .block(WXYZ)
                                        .filemark()
                                        .block(ABC)
                                        .seal());
        ContainerFiles.flip(file, 4096 + 56 + 48 + 1);
    }

    private ContainerFiles files() {
        return ContainerFiles.in(directory.resolve("store"));
    }

    private Path target() {
        return directory.resolve("image");
    }

    private FormatExtract.Result extract(ImageFormat format, FormatExtract.Unreadable unreadable)
            throws IOException {
        return FormatExtract.extract(
                List.of(files().directory()), 0, 0, format, unreadable, target());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
