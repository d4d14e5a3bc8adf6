package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.fakes.store.SimulatedDisk.Call;
import io.capstan.format.DiskId;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.FileIo;
import io.capstan.store.MoveStatus;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.upkeep.Upkeep;
import io.capstan.upkeep.UpkeepOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * D16, D17: a cartridge that stays mounted, and that nobody writes on, keeps no disk from getting empty, and no chunk with fewer
 * copies than wanted. Whoever has it mounted sees nothing of it.
 */
final class LeavingDisksTest {

    private static final String VOLUME = "CAP001L8";
    private static final int BLOCK_BYTES = 1000;
    private static final long CAPACITY_BYTES = 50_000_000;

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final FaultyDirectories io = new FaultyDirectories(disk);
    private long nowMillis = 1_000_000;
    private Node node;
    private Upkeep upkeep;
    private Medium medium;

    private void begin(Node newNode) throws Exception {
        node = newNode;
        node.awaitIdle();
        openUpkeep();
        medium = node.mountNew(VOLUME, List.of(CAPACITY_BYTES));
    }

    private void openUpkeep() {
        upkeep =
                Upkeep.open(
                        node.catalog(),
                        node.store(),
                        new UpkeepOptions(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 1),
                        () -> Instant.ofEpochMilli(nowMillis),
                        () -> new DiskId(0xD, 0xD),
                        new MetricsRegistry());
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private void append(int from, int to) throws StoreException {
        for (int number = from; number < to; number++) {
            byte[] block = MediumContractTest.bytes(number, BLOCK_BYTES);
            medium.append(DataOut.of(block), 0, BLOCK_BYTES);
        }
    }

    private void expectBlocks(int count) throws StoreException {
        List<byte[]> content = RandomTape.contentOf(medium).getFirst();
        assertThat(content).hasSize(count);
        for (int number = 0; number < count; number++) {
            assertThat(content.get(number))
                    .isEqualTo(MediumContractTest.bytes(number, BLOCK_BYTES));
        }
    }

    private void expectInOrder() throws Exception {
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io()))
                .filteredOn(finding -> !finding.toString().contains("is deactivated"))
                .isEmpty();
    }

    private void pass() throws StoreException {
        nowMillis += 10_000_000;
        upkeep.pass();
    }

    private List<ChunkRecord> chunks() {
        return node.catalog().read(view -> view.chunks(Optional.empty(), 1000));
    }

    /** A disk with the chunk that is being written. */
    private DiskId written() {
        return node.store().beingWritten().values().iterator().next().getFirst();
    }

    private MoveStatus.State evacuation(DiskId leaving) {
        return upkeep.evacuation(leaving).orElseThrow().state();
    }

    private DiskId evacuateWritten() throws StoreException {
        DiskId leaving = written();
        assertThat(upkeep.evacuate(leaving, 1L << 40)).isEqualTo(new PlacementOutcome.Done());
        return leaving;
    }

    private void leaveAndDeactivate(DiskId leaving) throws StoreException {
        medium.leaveDisks();
        pass();
        assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.DONE);
        assertThat(upkeep.deactivate(leaving)).isEqualTo(new PlacementOutcome.Done());
    }

    /** One copy of each chunk, on one of two disks. */
    @Nested
    final class OneCopy {

        @BeforeEach
        void start() throws Exception {
            disk.capacityBytes(1L << 40);
            begin(Node.on(disk, directory, UnaryOperator.identity()));
        }

        @Test
        void D16_idleCartridgeLetsItsDiskGetEmpty() throws Exception {
            append(0, 5);
            medium.locate(0, 2);
            DiskId leaving = evacuateWritten();
            pass();
            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.RUNNING);
            assertThat(upkeep.deactivate(leaving)).isInstanceOf(PlacementOutcome.Refused.class);

            leaveAndDeactivate(leaving);

            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 2, 0));
            assertThat(chunks())
                    .singleElement()
                    .satisfies(chunk -> {
                        assertThat(chunk.state()).isEqualTo(ChunkState.SEALED);
                        assertThat(chunk.disks()).hasSize(1).doesNotContain(leaving);
                    });
            medium.spaceToEndOfData();
            append(5, 9);
            medium.synchronize();
            expectBlocks(9);
            medium.close();
            expectInOrder();
        }

        /** The catalog knows nothing of the chunk; a disk that seems to be empty then would take it away. */
        @Test
        void D16_whatIsInTheBufferAloneKeepsTheDiskUntilItIsSealed() throws Exception {
            append(0, 5);
            DiskId leaving = evacuateWritten();
            pass();
            assertThat(chunks()).isEmpty();
            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.RUNNING);
            assertThat(upkeep.deactivate(leaving)).isInstanceOf(PlacementOutcome.Refused.class);

            leaveAndDeactivate(leaving);

            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 0));
            assertThat(medium.unsynchronizedObjects()).isZero();
            append(5, 7);
            expectBlocks(7);
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_whatWasInTheBufferOutlivesACrash() throws Exception {
            append(0, 3);
            medium.synchronize();
            append(3, 5);
            evacuateWritten();
            medium.leaveDisks();

            node.stop();
            node.start();
            medium = node.mount(VOLUME);

            expectBlocks(5);
            medium.spaceToEndOfData();
            append(5, 6);
            expectBlocks(6);
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_overwritingGoesOnWhereItWas() throws Exception {
            append(50, 60);
            medium.locate(0, 0);
            append(0, 3);
            DiskId leaving = evacuateWritten();

            leaveAndDeactivate(leaving);

            assertThat(medium.endOfData(0)).isEqualTo(3);
            append(3, 5);
            medium.close();
            medium = node.mount(VOLUME);
            expectBlocks(5);
            medium.close();
            expectInOrder();
        }

        /** An erase leaves a mark that is not sealed until something is written. */
        @Test
        void D16_erasedCartridgeLetsItsDiskGetEmpty() throws Exception {
            append(0, 5);
            medium.locate(0, 3);
            medium.erase();
            DiskId leaving = evacuateWritten();
            pass();
            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.RUNNING);

            leaveAndDeactivate(leaving);

            expectBlocks(3);
            medium.spaceToEndOfData();
            append(3, 5);
            expectBlocks(5);
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_erasedCartridgeOnAShelfLetsItsDiskGetEmpty() throws Exception {
            append(0, 5);
            medium.locate(0, 0);
            medium.erase();
            DiskId leaving = written();
            medium.close();
            node.awaitIdle();
            upkeep.evacuate(leaving, 1L << 40);

            pass();

            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.DONE);
            assertThat(upkeep.deactivate(leaving)).isEqualTo(new PlacementOutcome.Done());
            expectInOrder();
            node.stop();
            node.start();
            openUpkeep();
            medium = node.mount(VOLUME);
            expectBlocks(0);
            append(0, 2);
            medium.close();
            medium = node.mount(VOLUME);
            expectBlocks(2);
            medium.close();
            expectInOrder();
        }

        @Test
        void nothingIsDoneWhereNothingIsInTheWay() throws Exception {
            append(0, 5);
            DiskId other =
                    node.store().disks().views().stream()
                            .map(StoreDisks.DiskView::disk)
                            .filter(id -> !id.equals(written()))
                            .findFirst()
                            .orElseThrow();
            upkeep.evacuate(other, 1L << 40);

            medium.leaveDisks();

            assertThat(medium.unsynchronizedObjects()).isEqualTo(5);
            assertThat(chunks()).isEmpty();
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_fullDiskHoldsWhatItHasAndIsAskedAgain() throws Exception {
            append(0, 5);
            DiskId leaving = evacuateWritten();
            disk.beforeEachCall(
                    () -> disk.failNext(Call.WRITE, new FileIo.OutOfSpaceException("full")));
            assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(medium::leaveDisks);
            assertThat(medium.unsynchronizedObjects()).isEqualTo(5);
            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 0));
            pass();
            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.RUNNING);

            disk.beforeEachCall(() -> {});
            disk.clearFaults();
            leaveAndDeactivate(leaving);

            expectBlocks(5);
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_diskThatFailsMeanwhileCostsNothingThatWasSynchronized() throws Exception {
            append(0, 5);
            medium.locate(0, 2);
            DiskId leaving = evacuateWritten();
            disk.failNext(Call.FORCE, new IOException("simulated"));
            assertThatExceptionOfType(StoreException.WriteFailed.class)
                    .isThrownBy(medium::leaveDisks);

            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 2, 0));
            medium.spaceToEndOfData();
            append(5, 7);
            expectBlocks(7);
            medium.close();
            medium = node.mount(VOLUME);
            expectBlocks(7);
            pass();
            assertThat(evacuation(leaving)).isEqualTo(MoveStatus.State.DONE);
            medium.close();
            expectInOrder();
        }

        @Test
        void D16_whatIsLostIsSaidAndNothingElseIs() throws Exception {
            append(0, 5);
            medium.synchronize();
            append(50, 52);
            evacuateWritten();
            disk.failNext(Call.FORCE, new IOException("simulated"));

            assertThatExceptionOfType(StoreException.WriteFailed.class)
                    .isThrownBy(medium::leaveDisks);

            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 0));
            append(5, 7);
            expectBlocks(7);
            medium.close();
            expectInOrder();
        }
    }

    /** Two copies of each chunk on three disks. */
    @Nested
    final class TwoCopies {

        private static final List<Path> ALL = List.of(Path.of("/a"), Path.of("/b"), Path.of("/c"));

        @BeforeEach
        void start() throws Exception {
            disk.capacityBytes(1L << 40);
            begin(Node.mirrored(io, directory, UnaryOperator.identity(), 0, ALL));
        }

        @Test
        void D16_idleCartridgeLetsItsDiskGetEmpty() throws Exception {
            append(0, 5);
            medium.synchronize();
            DiskId leaving = evacuateWritten();

            leaveAndDeactivate(leaving);

            assertThat(chunks())
                    .singleElement()
                    .satisfies(
                            chunk -> assertThat(chunk.disks()).hasSize(2).doesNotContain(leaving));
            append(5, 9);
            expectBlocks(9);
            medium.close();
            expectInOrder();
        }

        @Test
        void D17_idleCartridgeGetsTheCopyAnewThatADiskTookWithIt() throws Exception {
            append(0, 5);
            medium.synchronize();
            DiskId failed = written();
            Path gone = node.store().disks().view(failed).orElseThrow().directory();
            io.fail(gone);
            findOut(failed);

            medium.leaveDisks();
            pass();

            assertThat(chunks())
                    .filteredOn(chunk -> chunk.state() == ChunkState.SEALED)
                    .isNotEmpty()
                    .allSatisfy(
                            chunk -> assertThat(chunk.disks()).hasSize(2).doesNotContain(failed));
            append(5, 7);
            expectBlocks(7);
            medium.close();
            io.heal(gone);
        }

        /** Another cartridge is written until the node knows that a disk fails. */
        private void findOut(DiskId failed) throws Exception {
            Medium other = node.mountNew("CAP002L8", List.of(CAPACITY_BYTES));
            byte[] block = new byte[(int) Node.CHUNK_SIZE_BYTES];
            while (node.store().disks().view(failed).orElseThrow().isUsable()) {
                other.append(DataOut.of(block), 0, block.length);
            }
            other.close();
        }
    }
}
