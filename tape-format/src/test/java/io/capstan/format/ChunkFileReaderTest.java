package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkFileReaderTest {

    private static final byte[] A = ChunkBuilder.data(512, 1);
    private static final byte[] B = ChunkBuilder.data(10_001, 2);
    private static final byte[] C = ChunkBuilder.data(1, 3);

    @TempDir Path directory;

    @Test
    void sealedChunkIsReadByItsDirectory() throws IOException {
        ChunkBuilder chunk =
                ChunkBuilder.at(7, 100, 3, 9_000).block(A).filemark().block(B).block(C).seal();
        try (ChunkFileReader reader = open(chunk.bytes())) {
            assertThat(reader.header()).isEqualTo(chunk.header());
            assertThat(reader.isSealed()).isTrue();
            ChunkContent content = reader.content();
            assertThat(content.directory()).isEqualTo(chunk.directory());
            assertThat(content.storedByteCount()).isEqualTo(512 + 10_001 + 1);
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.SEALED);
            assertThat(read(reader, content, 0)).isEqualTo(A);
            assertThat(read(reader, content, 2)).isEqualTo(B);
            assertThat(read(reader, content, 3)).isEqualTo(C);
            assertThat(reader.readHeader(content.directory(), 1).kind())
                    .isEqualTo(RecordKind.FILEMARK);
        }
    }

    @Test
    void scanOfASealedChunkAgreesWithItsDirectory() throws IOException {
        ChunkBuilder chunk =
                ChunkBuilder.first().block(A).synchronize().filemark().block(B).endOfData().seal();
        try (ChunkFileReader reader = open(chunk.bytes())) {
            assertThat(reader.scan(4096)).isEqualTo(reader.content());
        }
    }

    @Test
    void unsealedChunkIsScanned() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).synchronize().filemark().block(B);
        try (ChunkFileReader reader = open(chunk.bytes())) {
            ChunkContent content = reader.content();
            assertThat(reader.isSealed()).isFalse();
            assertThat(content.directory()).isEqualTo(chunk.directory());
            assertThat(content.contentLengthBytes()).isEqualTo(chunk.lengthBytes());
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.NONE);
            assertThat(content.damage()).isEmpty();
            assertThat(read(reader, content, 2)).isEqualTo(B);
        }
    }

    @Test
    void spaceAllocatedBeforehandIsNoDamage() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A);
        byte[] file = Arrays.copyOf(chunk.bytes(), chunk.lengthBytes() + 100_000);
        try (ChunkFileReader reader = open(file)) {
            ChunkContent content = reader.content();
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.ZEROS);
            assertThat(content.contentLengthBytes()).isEqualTo(chunk.lengthBytes());
            assertThat(content.damage()).isEmpty();
        }
    }

    @Test
    void cutAtEveryLengthLeavesWholeRecords() throws IOException {
        ChunkBuilder chunk =
                ChunkBuilder.first()
                        .block(ChunkBuilder.data(90, 1))
                        .filemark()
                        .block(ChunkBuilder.data(200, 2))
                        .synchronize()
                        .block(ChunkBuilder.data(33, 3));
        byte[] whole = chunk.bytes();
        ChunkDirectory directory = chunk.directory();
        Path file = this.directory.resolve("cut.chunk");
        Files.write(file, whole);
        for (int length = whole.length; length >= 4096; length--) {
            cut(file, length);
            try (ChunkFileReader reader = ChunkFileReader.open(file)) {
                ChunkContent content = reader.content();
                int expected = wholeRecords(directory, whole.length, length);
                assertThat(content.directory().objectCount())
                        .as("cut at %d", length)
                        .isEqualTo(expected);
                assertThat(content.contentLengthBytes()).isLessThanOrEqualTo(length);
                assertThat(content.damage()).isEmpty();
            }
        }
    }

    private static void cut(Path file, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private static int wholeRecords(ChunkDirectory directory, int contentLength, int length) {
        int paddedEnd = 8192;
        long[] ends = {
            directory.fileOffsetBytes(1),
            directory.fileOffsetBytes(2),
            directory.fileOffsetBytes(2) + 248,
            contentLength
        };
        assertThat(directory.fileOffsetBytes(3)).isEqualTo(paddedEnd);
        return (int) Arrays.stream(ends).filter(end -> end <= length).count();
    }

    @Test
    void fileShorterThanAHeaderIsRefused() throws IOException {
        byte[] whole = ChunkBuilder.first().block(A).bytes();
        for (int length : new int[] {0, 1, 100, 4095}) {
            Path file = directory.resolve("short");
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ChunkFileReader.open(file))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("cut off")
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void damageBeforeASynchronizePointIsNoTornTail() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).block(B).synchronize().block(C);
        byte[] file = chunk.bytes();
        file[(int) chunk.directory().fileOffsetBytes(0) + 5] ^= 1;
        try (ChunkFileReader reader = open(file)) {
            ChunkContent content = reader.content();
            assertThat(content.damage()).hasSize(1);
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.NONE);
            assertThat(content.directory().objectCount()).isEqualTo(3);
            assertThat(content.directory().isLost(0)).isTrue();
            assertThat(read(reader, content, 1)).isEqualTo(B);
            assertThat(read(reader, content, 2)).isEqualTo(C);
            assertThatThrownBy(() -> reader.readHeader(content.directory(), 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("lost");
        }
    }

    @Test
    void damageBehindTheLastSynchronizePointIsATornTail() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).synchronize().block(B).block(C);
        byte[] file = chunk.bytes();
        long torn = chunk.directory().fileOffsetBytes(1);
        file[(int) torn + 100] ^= 1;
        try (ChunkFileReader reader = open(file)) {
            ChunkContent content = reader.content();
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.TORN);
            assertThat(content.contentLengthBytes()).isEqualTo(torn);
            assertThat(content.directory().objectCount()).isEqualTo(1);
            assertThat(content.damage()).isEmpty();
            assertThat(content.tailFault().orElseThrow().offsetBytes()).isEqualTo(torn + 48);
        }
    }

    @Test
    void damageInContentKnownToBeStableIsDamage() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).block(B);
        byte[] file = chunk.bytes();
        file[(int) chunk.directory().fileOffsetBytes(1)] ^= 1;
        try (ChunkFileReader reader = open(file)) {
            ChunkContent content = reader.scan(chunk.lengthBytes());
            assertThat(content.damage()).hasSize(1);
            assertThat(content.contentLengthBytes()).isEqualTo(chunk.lengthBytes());
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.NONE);
        }
    }

    @Test
    void copyOfTheChunkWrittenIntoItselfIsNeverTakenForItsRecords() throws IOException {
        byte[] copy = ChunkBuilder.first().block(A).filemark().block(C).bytes();
        ChunkBuilder chunk = ChunkBuilder.first().block(copy).block(B).synchronize().block(C);
        byte[] file = chunk.bytes();
        file[4096] ^= 1;
        try (ChunkFileReader reader = open(file)) {
            List<RecordStep> steps = steps(reader.walk());
            RecordStep.Lost lost = (RecordStep.Lost) steps.getFirst();
            assertThat(lost.fromBytes()).isEqualTo(4096);
            assertThat(lost.toBytes()).isEqualTo(chunk.directory().fileOffsetBytes(1));
            assertThat(steps).hasSize(4);
        }
    }

    @Test
    void trailerOfAnotherChunkDoesNotSeal() throws IOException {
        byte[] other = ChunkBuilder.at(2, 0, 0, 0).block(A).seal().bytes();
        byte[] file = ChunkBuilder.first().block(A).seal().bytes();
        System.arraycopy(other, other.length - 128, file, file.length - 128, 128);
        try (ChunkFileReader reader = open(file)) {
            assertThat(reader.isSealed()).isFalse();
            assertThat(reader.content().directory().objectCount()).isEqualTo(1);
        }
    }

    @Test
    void damagedDirectoryIsReplacedByAWalk() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).filemark().block(B).seal();
        byte[] file = chunk.bytes();
        file[file.length - 130] ^= 0x10;
        try (ChunkFileReader reader = open(file)) {
            assertThat(reader.isSealed()).isTrue();
            assertThatThrownBy(reader::readDirectory).hasMessageContaining("directory crc32c");
            ChunkContent content = reader.content();
            assertThat(content.directory()).isEqualTo(chunk.directory());
            assertThat(content.tail()).isEqualTo(ChunkContent.Tail.SEALED);
        }
    }

    @Test
    void lastObjectOfASealedChunkIsCountedWhenLost() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).block(B).filemark().seal();
        byte[] file = chunk.bytes();
        file[file.length - 130] ^= 0x10;
        file[(int) chunk.directory().fileOffsetBytes(2)] ^= 1;
        try (ChunkFileReader reader = open(file)) {
            ChunkContent content = reader.content();
            assertThat(content.directory().objectCount()).isEqualTo(3);
            assertThat(content.directory().isLost(2)).isTrue();
            assertThat(content.filemarkCount()).isEqualTo(1);
            assertThat(content.damage()).hasSize(1);
        }
    }

    @Test
    void transformationOfAnotherVersionIsRefusedAndSteppedOver() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().transformed(A, 4_000, 2).block(C).seal();
        try (ChunkFileReader reader = open(chunk.bytes())) {
            ChunkContent content = reader.content();
            assertThatThrownBy(() -> read(reader, content, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("cannot undo compression 2, encryption 0");
            assertThat(read(reader, content, 1)).isEqualTo(C);
            assertThat(reader.scan(4096).damage()).isEmpty();
        }
    }

    @Test
    void endOfDataIsKnownWithAndWithoutTrailer() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.at(4, 50, 2, 0).endOfData();
        try (ChunkFileReader reader = open(chunk.bytes())) {
            assertThat(reader.content().endOfDataObjectNumber()).isEqualTo(OptionalLong.of(50));
            assertThat(reader.content().hasEffect()).isTrue();
        }
        try (ChunkFileReader reader = open(chunk.seal().bytes())) {
            assertThat(reader.content().endOfDataObjectNumber()).isEqualTo(OptionalLong.of(50));
        }
        try (ChunkFileReader reader = open(ChunkBuilder.at(5, 50, 2, 0).bytes())) {
            assertThat(reader.content().hasEffect()).isFalse();
        }
    }

    @Test
    void scanGoesOnFromAKnownPlace() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).synchronize();
        long known = chunk.lengthBytes();
        chunk.filemark().block(B);
        try (ChunkFileReader reader = open(chunk.bytes())) {
            List<RecordStep> steps = steps(reader.walk(known, 1, known));
            assertThat(steps).hasSize(2);
            assertThat(((RecordStep.Whole) steps.get(1)).header().objectNumber()).isEqualTo(2);
        }
    }

    private ChunkFileReader open(byte[] bytes) throws IOException {
        Path file = directory.resolve("test.chunk");
        Files.write(file, bytes);
        return ChunkFileReader.open(file);
    }

    private static byte[] read(ChunkFileReader reader, ChunkContent content, int index)
            throws IOException {
        RecordHeader header = reader.readHeader(content.directory(), index);
        byte[] data = new byte[header.logicalLengthBytes()];
        reader.readData(header, MemorySegment.ofArray(data), 0);
        return data;
    }

    private static List<RecordStep> steps(RecordWalk walk) throws IOException {
        List<RecordStep> steps = new ArrayList<>();
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            steps.add(step.get());
        }
        return steps;
    }
}
