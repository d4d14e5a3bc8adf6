package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a flipped bit anywhere in a chunk file may do: nothing, or be found; never wrong data, never a lost neighbour. */
class DamageTest {

    private static final List<byte[]> OBJECTS =
            List.of(
                    ChunkBuilder.data(100, 1),
                    ChunkBuilder.data(333, 2),
                    new byte[0],
                    ChunkBuilder.data(64, 4),
                    ChunkBuilder.data(1000, 5),
                    new byte[0],
                    ChunkBuilder.data(1, 7),
                    ChunkBuilder.data(8, 8),
                    ChunkBuilder.data(9, 9));

    /** The first object behind the first synchronize point, and the one behind the second. */
    private static final int BEHIND_FIRST = 7;

    private static final int BEHIND_SECOND = 8;

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("0000000000000001.chunk");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void flippedBitIsFoundOrHarmless(boolean sealed) throws IOException {
        ChunkBuilder chunk = chunk();
        if (sealed) {
            chunk.seal();
        }
        byte[] whole = chunk.bytes();
        Files.write(file, whole);
        for (int position = 0; position < whole.length; position++) {
            position += stride(chunk, position);
            int bit = position % 8;
            flip(position, bit);
            check(chunk, position, sealed);
            flip(position, bit);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    /** How many bytes to pass over: in zeros, one place is like the other. */
    private static int stride(ChunkBuilder chunk, int position) {
        boolean headerZeros = position > 160 && position < 4000;
        boolean paddingZeros =
                position > 4096
                        && position < chunk.directory().fileOffsetBytes(BEHIND_SECOND) - 80
                        && hit(chunk, position, true).isEmpty()
                        && hit(chunk, position - 64, true).isEmpty();
        return headerZeros || paddingZeros ? 40 : 0;
    }

    private static ChunkBuilder chunk() {
        ChunkBuilder chunk = ChunkBuilder.first();
        for (int i = 0; i < OBJECTS.size(); i++) {
            if (i == BEHIND_FIRST || i == BEHIND_SECOND) {
                chunk.synchronize();
            }
            if (OBJECTS.get(i).length == 0) {
                chunk.filemark();
            } else {
                chunk.block(OBJECTS.get(i));
            }
        }
        return chunk;
    }

    private void check(ChunkBuilder chunk, int position, boolean sealed) throws IOException {
        ChunkFileReader opened;
        try {
            opened = ChunkFileReader.open(file);
        } catch (FormatException fault) {
            assertThat(position).as(fault.getMessage()).isLessThan(4096);
            return;
        }
        try (ChunkFileReader reader = opened) {
            assertThat(position).isGreaterThanOrEqualTo(4096);
            ChunkContent content = reader.content();
            List<Integer> unreadable = unreadable(reader, content, position);
            assertThat(unreadable).as("position %d", position).hasSizeLessThanOrEqualTo(1);
            assertThat(hit(chunk, position, sealed))
                    .as("position %d", position)
                    .containsAll(unreadable);
            if (sealed && isInTrailer(chunk, position)) {
                assertThat(reader.isSealed()).isFalse();
            }
        }
    }

    private static boolean isInTrailer(ChunkBuilder chunk, int position) {
        return position >= chunk.lengthBytes() - ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES;
    }

    /** Reads all objects; what is read must be what was written. */
    private static List<Integer> unreadable(
            ChunkFileReader reader, ChunkContent content, int position) throws IOException {
        List<Integer> unreadable = new ArrayList<>();
        for (int i = 0; i < OBJECTS.size(); i++) {
            byte[] expected = OBJECTS.get(i);
            if (i >= content.directory().objectCount()) {
                unreadable.add(i);
                continue;
            }
            try {
                RecordHeader header = reader.readHeader(content.directory(), i);
                assertThat(header.kind())
                        .as("position %d object %d", position, i)
                        .isEqualTo(expected.length == 0 ? RecordKind.FILEMARK : RecordKind.BLOCK);
                byte[] data = new byte[header.logicalLengthBytes()];
                if (expected.length > 0) {
                    reader.readData(header, MemorySegment.ofArray(data), 0);
                }
                assertThat(data).as("position %d object %d", position, i).isEqualTo(expected);
            } catch (FormatException fault) {
                unreadable.add(i);
            }
        }
        return unreadable;
    }

    /**
     * The object whose header or data hold the byte. In an unsealed chunk, what nothing proves to have been synchronized
     * may go with the padding before it.
     */
    private static List<Integer> hit(ChunkBuilder chunk, int position, boolean sealed) {
        ChunkDirectory objects = chunk.directory();
        long lastPadding = objects.fileOffsetBytes(BEHIND_FIRST) + 56;
        if (!sealed
                && position >= lastPadding
                && position < lastPadding + RecordDescriptor.HEADER_LENGTH_BYTES) {
            return List.of(BEHIND_SECOND);
        }
        for (int i = 0; i < objects.objectCount(); i++) {
            long from = objects.fileOffsetBytes(i);
            long end = from + RecordDescriptor.HEADER_LENGTH_BYTES + OBJECTS.get(i).length;
            if (position >= from && position < end) {
                return List.of(i);
            }
        }
        return List.of();
    }

    /** Damage of many bytes at a time, where nothing but the truth of what is read can be asked for. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void overwrittenStretchNeverGivesWrongData(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] whole = chunk().seal().bytes();
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            int from = 4096 + random.nextInt(whole.length - 4096);
            int length = Math.min(1 + random.nextInt(600), whole.length - from);
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            System.arraycopy(garbage, 0, damaged, from, length);
            Files.write(file, damaged);
            try (ChunkFileReader reader = ChunkFileReader.open(file)) {
                unreadable(reader, reader.content(), from);
                unreadable(reader, reader.scan(4096), from);
            }
        }
    }

    @Test
    void stretchMovedWithinTheFileIsNotTakenForRecords() throws IOException {
        ChunkBuilder chunk = chunk();
        byte[] bytes = chunk.bytes();
        int first = (int) chunk.directory().fileOffsetBytes(0);
        int second = (int) chunk.directory().fileOffsetBytes(1);
        System.arraycopy(bytes, first, bytes, second, second - first);
        Files.write(file, bytes);
        try (ChunkFileReader reader = ChunkFileReader.open(file)) {
            RecordWalk walk = reader.walk();
            assertThat(walk.next()).get().isInstanceOf(RecordStep.Whole.class);
            Optional<RecordStep> step = walk.next();
            assertThat(step).get().isInstanceOf(RecordStep.Lost.class);
            assertThat(((RecordStep.Lost) step.get()).toBytes())
                    .isEqualTo(chunk.directory().fileOffsetBytes(2));
            assertThat(unreadable(reader, reader.content(), second)).containsExactly(1);
        }
    }

    private void flip(int position, int bit) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ (1 << bit)));
            channel.write(one.flip(), position);
        }
    }
}
