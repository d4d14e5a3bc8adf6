package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.LentBytes;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerKind;
import io.capstan.format.MediumDescription;
import io.capstan.format.RecordHeader;
import io.capstan.format.VolumeIdentifier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are verified before they are asked for, and delivered without a copy: they are what they are otherwise. */
class PreparedReadTest {

    private static final ChunkId CHUNK = new ChunkId(new ContainerId(0x1122334455667788L, 42), 7);
    private static final int BLOCKS = 60;
    private static final int BLOCK_BYTES = 150_000;

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final byte[][] blocks = new byte[BLOCKS][];
    private ChunkStore store;

    /** What the transport would send. */
    private int loans;

    @BeforeEach
    void write() throws StoreException {
        store = ChunkStore.open(List.of(Path.of("/a")), StoreOptions.DEFAULTS, disk);
        Random random = new Random(5);
        try (ChunkWriter writer = store.create(header())) {
            for (int i = 0; i < BLOCKS; i++) {
                blocks[i] = new byte[1 + random.nextInt(2 * BLOCK_BYTES)];
                random.nextBytes(blocks[i]);
                writer.appendBlock(List.of(MemorySegment.ofArray(blocks[i])), blocks[i].length, 0);
            }
            writer.seal();
        }
    }

    @Test
    void lendsWhatIsReadFromFrontToBack() throws StoreException {
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            for (int i = 0; i < BLOCKS; i++) {
                assertReads(reader, i, blocks[i].length + 10, true);
                reader.prepare(i + 1);
            }
        }
        assertThat(loans).isGreaterThan(BLOCKS - 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void deliversTheSameHoweverItIsReadAndPrepared(long seed) throws StoreException {
        Random random = new Random(seed);
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            int next = 0;
            for (int i = 0; i < 300; i++) {
                int lengthMax =
                        random.nextInt(4) == 0
                                ? random.nextInt(blocks[next].length)
                                : blocks[next].length + random.nextInt(100);
                assertReads(reader, next, lengthMax, random.nextInt(3) > 0);
                next = random.nextInt(8) == 0 ? random.nextInt(BLOCKS) : (next + 1) % BLOCKS;
                if (random.nextBoolean()) {
                    reader.prepare(random.nextInt(6) == 0 ? random.nextInt(BLOCKS + 1) : next);
                }
            }
        }
        assertThat(loans).isPositive();
    }

    @Test
    void saysThatABlockIsDamagedWhenItIsRead() throws StoreException {
        int damaged = BLOCKS - 3;
        Path file = store.files().find(CHUNK).orElseThrow();
        byte[] content = disk.content(file);
        byte[] beginning = Arrays.copyOf(blocks[damaged], 64);
        int at = 0;
        while (!Arrays.equals(content, at, at + 64, beginning, 0, 64)) {
            at++;
        }
        disk.flipBit(file, 8L * (at + blocks[damaged].length / 2));
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            for (int i = 0; i < BLOCKS; i++) {
                if (i == damaged) {
                    int index = i;
                    assertThatThrownBy(() -> assertReads(reader, index, 2 * BLOCK_BYTES, true))
                            .isInstanceOf(StoreException.Corrupt.class);
                } else {
                    assertReads(reader, i, blocks[i].length, true);
                }
                reader.prepare(i + 1);
            }
        }
    }

    private void assertReads(ChunkReader reader, int index, int lengthMaxBytes, boolean borrows)
            throws StoreException {
        byte[] memory = new byte[lengthMaxBytes];
        MemorySegment segment = MemorySegment.ofArray(memory);
        DataIn target = borrows ? DataIn.borrowing(segment) : new DataIn(List.of(segment));

        RecordHeader header = reader.read(index, target, 0, lengthMaxBytes);

        LentBytes loan = target.loan();
        if (loan != null) {
            loans++;
            int at = 0;
            for (MemorySegment piece : loan.pieces()) {
                int length = (int) piece.byteSize();
                MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, memory, at, length);
                at += length;
            }
            loan.giveBack();
        }
        assertThat(header.objectNumber()).isEqualTo(index);
        assertThat(header.logicalLengthBytes()).isEqualTo(blocks[index].length);
        int delivered = Math.min(lengthMaxBytes, blocks[index].length);
        assertThat(Arrays.equals(memory, 0, delivered, blocks[index], 0, delivered))
                .as("block %d", index)
                .isTrue();
    }

    private static ChunkHeader header() {
        return new ChunkHeader(
                CHUNK,
                ContainerKind.CARTRIDGE,
                1,
                0,
                0,
                0,
                0,
                new MediumDescription(
                        new VolumeIdentifier("CAP001L8"),
                        0x88,
                        0x5E,
                        12_000_000_000_000L,
                        1,
                        false),
                1_700_000_000_000L);
    }
}
