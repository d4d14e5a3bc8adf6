package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerKind;
import io.capstan.format.MediumDescription;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChunkStoreTest {

    private static final Path DISK_A = Path.of("/a");
    private static final Path DISK_B = Path.of("/b");
    private static final ContainerId CONTAINER = new ContainerId(0x1122334455667788L, 42);
    private static final ChunkId CHUNK = new ChunkId(CONTAINER, 7);
    private static final StoreOptions OPTIONS = new StoreOptions(64 << 10, 0);

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private ChunkStore store;

    @BeforeEach
    void open() throws StoreException {
        store = ChunkStore.open(List.of(DISK_A, DISK_B), OPTIONS, disk);
    }

    @Test
    void readsBackASealedChunk() throws StoreException {
        List<byte[]> blocks = new ArrayList<>();
        try (ChunkWriter writer = store.create(header(CHUNK, 100))) {
            for (int i = 0; i < 50; i++) {
                append(writer, blocks, block(i, 1 + i * 37));
            }
            writer.appendFilemark();
            append(writer, blocks, block(51, 100_000));
            writer.seal();
        }

        try (ChunkReader reader = store.openToRead(CHUNK)) {
            assertThat(reader.isSealed()).isTrue();
            assertThat(reader.objectCount()).isEqualTo(52);
            assertThat(reader.header()).isEqualTo(header(CHUNK, 100));
            for (int i = 0; i < 50; i++) {
                assertThat(read(reader, i)).isEqualTo(blocks.get(i));
            }
            assertThat(reader.verify(50).kind()).isEqualTo(RecordKind.FILEMARK);
            assertThat(reader.verify(50).objectNumber()).isEqualTo(150);
            assertThat(read(reader, 51)).isEqualTo(blocks.get(50));
            assertThat(reader.bytesBefore(51))
                    .isEqualTo(blocks.subList(0, 50).stream().mapToLong(b -> b.length).sum());
        }
    }

    @Test
    void deliversTheBeginningOfABlockThatIsLongerThanAskedFor() throws StoreException {
        writeBlocks(CHUNK, block(1, 5000));

        byte[] target = new byte[200];
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            RecordHeader header = reader.read(0, DataIn.of(target), 50, 100);

            assertThat(header.logicalLengthBytes()).isEqualTo(5000);
        }
        assertThat(Arrays.copyOfRange(target, 50, 150))
                .isEqualTo(Arrays.copyOf(block(1, 5000), 100));
        assertThat(target[49]).isZero();
        assertThat(target[150]).isZero();
    }

    @Test
    void deliversIntoSeveralPieces() throws StoreException {
        writeBlocks(CHUNK, block(1, 5000));

        byte[] first = new byte[1000];
        byte[] second = new byte[4000];
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            reader.read(
                    0,
                    new DataIn(
                            List.of(MemorySegment.ofArray(first), MemorySegment.ofArray(second))),
                    0,
                    5000);
        }

        assertThat(first).isEqualTo(Arrays.copyOf(block(1, 5000), 1000));
        assertThat(second).isEqualTo(Arrays.copyOfRange(block(1, 5000), 1000, 5000));
    }

    @Test
    void alignsTheFileAtEverySynchronize() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        for (int i = 1; i < 200; i++) {
            append(writer, new ArrayList<>(), block(i, 61 * i));

            SyncPoint point = writer.synchronize();

            assertThat(point.lengthBytes() % ChunkHeaderDescriptor.ALIGNMENT_BYTES).isZero();
            assertThat(point.objectCount()).isEqualTo(i);
        }
        writer.seal();
        try (ChunkReader reader = store.openToRead(CHUNK)) {
            assertThat(read(reader, 150)).isEqualTo(block(151, 61 * 151));
        }
    }

    @Test
    void isFullAtTheChunkSize() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));

        append(writer, new ArrayList<>(), block(1, 40 << 10));
        assertThat(writer.isFull()).isFalse();
        append(writer, new ArrayList<>(), block(2, 30 << 10));

        assertThat(writer.isFull()).isTrue();
    }

    @Test
    void placesANewChunkWhereMostSpaceIsAndPassesOverADirectoryThatFails() throws Exception {
        disk.failNext(SimulatedDisk.Call.CREATE, new IOException("Input/output error"));

        store.create(header(CHUNK, 0)).close();

        assertThat(store.files().find(CHUNK)).isPresent();
        assertThat(store.files().list(CONTAINER)).containsExactly(CHUNK);
        assertThat(store.files().containers()).containsExactly(CONTAINER);
    }

    @Test
    void neverBeginsAChunkThatExists() throws StoreException {
        writeBlocks(CHUNK, block(1, 10));

        assertThatThrownBy(() -> store.create(header(CHUNK, 0)))
                .isInstanceOf(StoreException.WriteFailed.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void holdsWhatWasAppendedWhenTheDiskIsFullAndGoesOnWhenThereIsSpace() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        List<byte[]> blocks = new ArrayList<>();
        disk.capacityBytes(300_000);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                append(writer, blocks, block(i, 100_000));
                            }
                        })
                .isInstanceOf(StoreException.NoSpace.class);
        assertThat(writer.objectCount()).isEqualTo(blocks.size());
        assertThatThrownBy(writer::synchronize).isInstanceOf(StoreException.NoSpace.class);
        assertThatThrownBy(writer::seal).isInstanceOf(StoreException.NoSpace.class);

        disk.capacityBytes(30_000_000);
        append(writer, blocks, block(77, 1000));
        writer.seal();

        try (ChunkReader reader = store.openToRead(CHUNK)) {
            assertThat(reader.objectCount()).isEqualTo(blocks.size());
            for (int i = 0; i < blocks.size(); i++) {
                assertThat(read(reader, i)).isEqualTo(blocks.get(i));
            }
        }
    }

    @Test
    void takesNothingBehindPaddingThatIsNotStable() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        append(writer, new ArrayList<>(), block(1, 1000));
        disk.capacityBytes(100);
        assertThatThrownBy(writer::synchronize).isInstanceOf(StoreException.NoSpace.class);

        assertThatThrownBy(() -> append(writer, new ArrayList<>(), block(2, 10)))
                .isInstanceOf(StoreException.NoSpace.class);

        assertThat(writer.objectCount()).isEqualTo(1);
        disk.capacityBytes(1 << 20);
        append(writer, new ArrayList<>(), block(2, 10));
        assertThat(writer.unsynchronizedBytes()).isLessThan(100);
    }

    @Test
    void sealsInASecondTryWhenTheFirstFoundTheDiskFull() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        append(writer, new ArrayList<>(), block(1, 1000));
        SyncPoint point = writer.synchronize();
        disk.capacityBytes(point.lengthBytes());
        assertThatThrownBy(writer::seal).isInstanceOf(StoreException.NoSpace.class);

        disk.capacityBytes(1 << 20);
        writer.seal();

        try (ChunkReader reader = store.openToRead(CHUNK)) {
            assertThat(reader.isSealed()).isTrue();
            assertThat(read(reader, 0)).isEqualTo(block(1, 1000));
        }
    }

    @Test
    void isBrokenForGoodAfterAFailedForce() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        append(writer, new ArrayList<>(), block(1, 1000));
        disk.failNext(SimulatedDisk.Call.FORCE, new IOException("Input/output error"));

        assertThatThrownBy(writer::synchronize).isInstanceOf(StoreException.WriteFailed.class);
        assertThatThrownBy(writer::synchronize).isInstanceOf(StoreException.WriteFailed.class);
        assertThatThrownBy(() -> append(writer, new ArrayList<>(), block(2, 10)))
                .isInstanceOf(StoreException.WriteFailed.class);
    }

    @Test
    void reportsAFaultOfAWriteThatWasUnderWay() throws StoreException {
        ChunkWriter writer = store.create(header(CHUNK, 0));
        disk.failNext(SimulatedDisk.Call.WRITE, new IOException("Input/output error"));

        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                append(writer, new ArrayList<>(), block(i, 100_000));
                            }
                        })
                .isInstanceOf(StoreException.WriteFailed.class);
        assertThatThrownBy(writer::synchronize).isInstanceOf(StoreException.WriteFailed.class);
        writer.close();
    }

    @Test
    void keepsBlocksOfEverySizeAcrossBuffers() throws StoreException {
        List<byte[]> blocks = new ArrayList<>();
        ChunkStore large = ChunkStore.open(List.of(DISK_A), new StoreOptions(64 << 20, 0), disk);
        Random random = new Random(21);
        try (ChunkWriter writer = large.create(header(CHUNK, 0))) {
            for (int i = 0; i < 60; i++) {
                append(writer, blocks, block(i, 1 + random.nextInt(1 << (8 + i % 15))));
                if (random.nextInt(8) == 0) {
                    writer.synchronize();
                }
            }
            writer.seal();
        }

        try (ChunkReader reader = large.openToRead(CHUNK)) {
            byte[] target = new byte[1 << 23];
            for (int i = 0; i < blocks.size(); i++) {
                int length =
                        reader.read(i, DataIn.of(target), 0, target.length).logicalLengthBytes();
                assertThat(Arrays.equals(target, 0, length, blocks.get(i), 0, blocks.get(i).length))
                        .as("block %d", i)
                        .isTrue();
            }
        }
    }

    @Test
    void failsADamagedBlockAloneAndNeverGivesWrongData() throws StoreException {
        Random random = new Random(11);
        byte[][] blocks = new byte[20][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = block(i, 100 + random.nextInt(2000));
        }
        writeBlocks(CHUNK, blocks);
        Path file = store.files().find(CHUNK).orElseThrow();
        byte[] intact = disk.content(file);
        int damaged = 0;
        for (int round = 0; round < 300; round++) {
            disk.put(file, intact);
            // Behind the chunk header, whose damage concerns the whole chunk.
            long bit = 4096 * 8L + random.nextLong((intact.length - 4096) * 8L);
            disk.flipBit(file, bit);
            int wrong = 0;
            try (ChunkReader reader = store.openToRead(CHUNK)) {
                for (int i = 0; i < blocks.length; i++) {
                    try {
                        assertThat(read(reader, i)).as("bit %d", bit).isEqualTo(blocks[i]);
                    } catch (StoreException.Corrupt e) {
                        wrong++;
                    }
                }
            }
            assertThat(wrong).as("bit %d", bit).isLessThanOrEqualTo(1);
            damaged += wrong;
        }
        assertThat(damaged).isGreaterThan(100);
    }

    @Test
    void readsAllRecordsBehindADamagedHeaderThatTheCallerKnows() throws StoreException {
        writeBlocks(CHUNK, block(1, 3000), block(2, 5000));
        Path file = store.files().find(CHUNK).orElseThrow();
        byte[] intact = disk.content(file);
        Random random = new Random(12);
        for (int round = 0; round < 50; round++) {
            disk.put(file, intact);
            disk.flipBit(file, random.nextLong(4096 * 8L));

            assertThatThrownBy(() -> store.openToRead(CHUNK))
                    .isInstanceOf(StoreException.Corrupt.class);
            try (ChunkReader reader = store.openToRead(header(CHUNK, 0))) {
                assertThat(reader.objectCount()).isEqualTo(2);
                assertThat(read(reader, 0)).isEqualTo(block(1, 3000));
                assertThat(read(reader, 1)).isEqualTo(block(2, 5000));
            }
        }
    }

    @Test
    void saysThatAChunkIsMissing() {
        assertThatThrownBy(() -> store.openToRead(CHUNK))
                .isInstanceOf(StoreException.Missing.class)
                .hasMessageContaining(CHUNK.toString());
    }

    @Test
    void refusesAChunkUnderAnothersName() throws StoreException {
        writeBlocks(CHUNK, block(1, 10));
        Path file = store.files().find(CHUNK).orElseThrow();
        disk.put(file.resolveSibling("0000000000000008.chunk"), disk.content(file));

        assertThatThrownBy(() -> store.openToRead(CHUNK.next()))
                .isInstanceOf(StoreException.Corrupt.class);
    }

    @Test
    void keepsSynchronizedBlocksWhereverPowerIsLost() throws Exception {
        assertThat(crashes(400, 20_000)).isGreaterThan(100);
    }

    /** Blocks so long that writes are under way when the power goes. */
    @Test
    void keepsSynchronizedBlocksWhereverPowerIsLostWithWritesUnderWay() throws Exception {
        assertThat(crashes(60, 500_000)).isGreaterThan(20);
    }

    private static int crashes(int seeds, int blockLengthMaxBytes) throws Exception {
        int crashes = 0;
        for (long seed = 0; seed < seeds; seed++) {
            SimulatedDisk powered = new SimulatedDisk(seed);
            ChunkStore crashing = ChunkStore.open(List.of(DISK_A), OPTIONS, powered);
            Random random = new Random(seed);
            powered.losePowerAt(1 + random.nextInt(40));
            List<byte[]> appended = new ArrayList<>();
            int synchronizedCount = 0;
            long synchronizedLengthBytes = 0;
            try (ChunkWriter writer = crashing.create(header(CHUNK, 0))) {
                for (int i = 0; i < 30; i++) {
                    append(writer, appended, block(i, 1 + random.nextInt(blockLengthMaxBytes)));
                    if (random.nextInt(3) == 0) {
                        synchronizedLengthBytes = writer.synchronize().lengthBytes();
                        synchronizedCount = appended.size();
                    }
                }
                writer.seal();
                synchronizedCount = appended.size();
            } catch (StoreException e) {
                assertThat(powered.isPowerLost()).as("seed %d: %s", seed, e).isTrue();
                crashes++;
            }
            powered.restart();

            if (synchronizedCount == 0 && crashing.files().find(CHUNK).isEmpty()) {
                continue;
            }
            try (ChunkReader reader = crashing.recover(CHUNK, synchronizedLengthBytes)) {
                assertThat(reader.isSealed()).isTrue();
                assertThat(reader.objectCount())
                        .as("seed %d", seed)
                        .isBetween(synchronizedCount, appended.size());
                for (int i = 0; i < reader.objectCount(); i++) {
                    assertThat(read(reader, i)).as("seed %d", seed).isEqualTo(appended.get(i));
                }
            } catch (StoreException.Corrupt e) {
                assertThat(synchronizedCount).as("seed %d: %s", seed, e).isZero();
            }
        }
        return crashes;
    }

    private void writeBlocks(ChunkId chunk, byte[]... blocks) throws StoreException {
        try (ChunkWriter writer = store.create(header(chunk, 0))) {
            for (byte[] block : blocks) {
                append(writer, new ArrayList<>(), block);
            }
            writer.seal();
        }
    }

    /** Adds the block to {@code appended} once the writer took it. */
    private static void append(ChunkWriter writer, List<byte[]> appended, byte[] block)
            throws StoreException {
        int half = block.length / 2;
        MemorySegment whole = MemorySegment.ofArray(block);
        writer.appendBlock(List.of(whole.asSlice(0, half), whole.asSlice(half)), block.length, 0);
        appended.add(block);
    }

    private static byte[] read(ChunkReader reader, int index) throws StoreException {
        byte[] target = new byte[600_000];
        RecordHeader header = reader.read(index, DataIn.of(target), 0, target.length);
        return Arrays.copyOf(target, header.logicalLengthBytes());
    }

    private static byte[] block(int seed, int lengthBytes) {
        byte[] block = new byte[lengthBytes];
        new Random(seed).nextBytes(block);
        return block;
    }

    private static ChunkHeader header(ChunkId chunk, long firstObjectNumber) {
        return new ChunkHeader(
                chunk,
                ContainerKind.CARTRIDGE,
                1,
                0,
                firstObjectNumber,
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
