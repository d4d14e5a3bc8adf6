package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recovery makes of chunk files that a crash left in every state there is. */
final class RecoveryTest {

    private static final String VOLUME = "CAP001L8";
    private static final int BLOCK_LENGTH_BYTES = 10_000;

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Node node;
    private Medium medium;

    @BeforeEach
    void start() throws StoreException {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory, UnaryOperator.identity());
        medium = node.mountNew(VOLUME, List.of(50_000_000L));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private void append(int from, int to) throws StoreException {
        for (int number = from; number < to; number++) {
            medium.append(DataOut.of(block(number)), 0, BLOCK_LENGTH_BYTES);
        }
    }

    private static byte[] block(int number) {
        return MediumContractTest.bytes(number, BLOCK_LENGTH_BYTES);
    }

    private ContainerId container() throws StoreException {
        return node.cartridges().status(new VolumeIdentifier(VOLUME)).orElseThrow().container();
    }

    private Path file(long sequence) throws StoreException {
        return node.store().files().find(new ChunkId(container(), sequence)).orElseThrow();
    }

    private ContainerRecord record() throws StoreException {
        ContainerId container = container();
        return node.catalog().read(view -> view.container(container)).orElseThrow();
    }

    private void killAnd(Damage damage) throws Exception {
        node.cartridges().close();
        damage.run();
        node.catalog().close();
        node.start();
        medium = node.mount(VOLUME);
    }

    private interface Damage {
        void run() throws Exception;
    }

    private void cut(Path file, int lengthBytes) {
        disk.put(file, Arrays.copyOf(disk.content(file), lengthBytes));
    }

    private void expectBlocks(int count) throws StoreException {
        List<byte[]> content = RandomTape.contentOf(medium).getFirst();
        assertThat(content.size()).isEqualTo(count);
        for (int number = 0; number < count; number++) {
            assertThat(Arrays.equals(content.get(number), block(number))).isTrue();
        }
    }

    private void expectNothingWrong() throws Exception {
        medium.close();
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
    }

    // Seven blocks of 10,000 bytes fill a chunk of 64 KiB; six if there is padding after a
    // synchronize.

    @Test
    void wholeChunksBehindTheLastCommitAreAdopted() throws Exception {
        append(0, 3);
        medium.synchronize();
        append(3, 30);
        killAnd(() -> {});
        // All but what was still in the writer's buffer.
        expectBlocks(27);
        assertThat(record().dirty()).isFalse();
        medium.spaceToEndOfData();
        append(27, 40);
        medium.locate(0, 0);
        expectBlocks(40);
        expectNothingWrong();
    }

    @Test
    void chunksBehindATornOneAreDeleted() throws Exception {
        append(0, 3);
        medium.synchronize();
        append(3, 30);
        killAnd(() -> cut(file(2), 40_000));
        // Chunk 1 has 6 blocks, chunk 2 keeps 3 of its own, chunks 3 and 4 do not follow.
        expectBlocks(9);
        assertThat(node.store().files().list(container()).stream().map(ChunkId::sequence))
                .containsExactly(1L, 2L);
        assertThat(record().nextChunkSequence()).isGreaterThan(4);
        medium.spaceToEndOfData();
        append(9, 20);
        medium.locate(0, 0);
        expectBlocks(20);
        expectNothingWrong();
    }

    @Test
    void chunksBehindAMissingOneAreDeleted() throws Exception {
        append(0, 3);
        medium.synchronize();
        append(3, 30);
        killAnd(() -> disk.delete(file(2)));
        expectBlocks(6);
        assertThat(node.store().files().list(container()).stream().map(ChunkId::sequence))
                .containsExactly(1L);
        medium.spaceToEndOfData();
        append(6, 30);
        medium.locate(0, 0);
        expectBlocks(30);
        expectNothingWrong();
    }

    @Test
    void chunkWithoutAWholeHeaderIsDeleted() throws Exception {
        append(0, 3);
        medium.synchronize();
        append(3, 16);
        killAnd(() -> cut(file(2), 100));
        expectBlocks(6);
        expectNothingWrong();
    }

    @Test
    void overwritingChunkThatGotNoObjectCutsNothingOff() throws Exception {
        append(0, 20);
        medium.locate(0, 5);
        append(50, 60);
        killAnd(() -> cut(file(4), 4096));
        expectBlocks(20);
        expectNothingWrong();
    }

    @Test
    void overwritingChunksBehindAMissingOneAreDeleted() throws Exception {
        append(0, 20);
        medium.locate(0, 5);
        append(50, 80);
        killAnd(() -> disk.delete(file(4)));
        expectBlocks(20);
        assertThat(node.store().files().list(container()).stream().map(ChunkId::sequence))
                .containsExactly(1L, 2L, 3L);
        expectNothingWrong();
    }

    @Test
    void newGenerationIsNotAdoptedWithoutItsFirstChunk() throws Exception {
        append(0, 20);
        medium.locate(0, 0);
        append(50, 80);
        killAnd(() -> disk.delete(file(4)));
        expectBlocks(20);
        assertThat(record().generation()).isZero();
        expectNothingWrong();
    }

    @Test
    void overwritingChunksAreAdopted() throws Exception {
        append(0, 20);
        medium.locate(0, 5);
        append(5, 24);
        killAnd(() -> {});
        // Chunks 4 and 5 were full; what was in chunk 6 was in its buffer.
        expectBlocks(19);
        expectNothingWrong();
    }

    @Test
    void damagedSynchronizedPartOfTheOpenChunkFailsAloneAndIsReported() throws Exception {
        append(0, 5);
        medium.synchronize();
        killAnd(() -> disk.flipBit(file(1), 8L * 25_000));
        assertThat(medium.endOfData(0)).isEqualTo(5);
        for (int number = 0; number < 5; number++) {
            if (number == 2) {
                assertThatExceptionOfType(StoreException.Corrupt.class).isThrownBy(medium::verify);
            } else {
                assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(BLOCK_LENGTH_BYTES));
            }
        }
        append(5, 6);
        assertThat(medium.endOfData(0)).isEqualTo(6);
    }

    @Test
    void lostEndOfTheSynchronizedPartFailsAloneAndIsReported() throws Exception {
        append(0, 5);
        medium.synchronize();
        killAnd(() -> cut(file(1), 35_000));
        assertThat(node.cartridges().recoveryFindings())
                .anyMatch(finding -> finding.severity() == Finding.Severity.DAMAGE);
        assertThat(medium.endOfData(0)).isEqualTo(5);
        for (int number = 0; number < 5; number++) {
            if (number < 3) {
                assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(BLOCK_LENGTH_BYTES));
            } else {
                assertThatExceptionOfType(StoreException.Corrupt.class).isThrownBy(medium::verify);
            }
        }
        assertThat(medium.position().objectNumber()).isEqualTo(5);
        append(5, 15);
        medium.synchronize();
        medium.locate(0, 5);
        for (int number = 5; number < 15; number++) {
            assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(BLOCK_LENGTH_BYTES));
        }
    }

    @Test
    void missingOpenChunkFailsAloneAndIsReported() throws Exception {
        append(0, 9);
        medium.synchronize();
        killAnd(() -> disk.delete(file(2)));
        assertThat(node.cartridges().recoveryFindings()).isNotEmpty();
        assertThat(medium.endOfData(0)).isEqualTo(9);
        medium.locate(0, 6);
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(BLOCK_LENGTH_BYTES));
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(medium::verify);
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(medium::verify);
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.EndOfData());
        append(9, 10);
        medium.locate(0, 9);
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(BLOCK_LENGTH_BYTES));
    }

    @Test
    void cartridgeThatCannotBeRecoveredNowCanOnlyBeRead() throws Exception {
        append(0, 9);
        medium.synchronize();
        append(9, 30);
        node.cartridges().close();
        node.catalog().close();
        Path unreadable = Path.of("/disk0/chunks");
        UnreadableIo io = new UnreadableIo(disk, unreadable);
        Node other = Node.on(io, directory, UnaryOperator.identity());
        try (other) {
            Medium readOnly = other.mount(VOLUME);
            assertThat(readOnly.endOfData(0)).isEqualTo(9);
            readOnly.spaceToEndOfData();
            assertThatExceptionOfType(StoreException.WriteFailed.class)
                    .isThrownBy(() -> readOnly.append(DataOut.of(block(1)), 0, BLOCK_LENGTH_BYTES));
            readOnly.locate(0, 0);
            readOnly.close();
        }
        node.start();
        medium = node.mount(VOLUME);
        expectBlocks(28);
        expectNothingWrong();
    }

    @Test
    void eraseThatWasFollowedByACrashStaysAnErase() throws Exception {
        append(0, 20);
        medium.locate(0, 9);
        medium.erase();
        killAnd(() -> {});
        expectBlocks(9);
        medium.close();
        node.restart();
        medium = node.mount(VOLUME);
        expectBlocks(9);
        medium.spaceToEndOfData();
        append(9, 12);
        medium.locate(0, 0);
        expectBlocks(12);
        expectNothingWrong();
        long marks =
                node.catalog()
                        .read(view ->
                                (long) view.chunks(ChunkState.OPEN, Optional.empty(), 10).size());
        assertThat(marks).isZero();
    }

    @Test
    void objectsBehindAnEndMarkAreAdopted() throws Exception {
        append(0, 20);
        medium.locate(0, 9);
        medium.erase();
        append(9, 30);
        killAnd(() -> {});
        expectBlocks(29);
        expectNothingWrong();
    }
}
