package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.fakes.catalog.PoweredCatalog;
import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.MoveStatus;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.upkeep.ScrubStatus;
import io.capstan.upkeep.Upkeep;
import io.capstan.upkeep.UpkeepCounter;
import io.capstan.upkeep.UpkeepOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is missing is made again, what is bad is repaired, and what is to move moves; nothing is lost on the way. */
final class UpkeepTest {

    private static final String VOLUME = "CAP001L8";
    private static final int BLOCK_BYTES = 10_000;
    private static final Path A = Path.of("/a");
    private static final Path B = Path.of("/b");
    private static final Path C = Path.of("/c");
    private static final Path D = Path.of("/d");
    private static final List<Path> ALL = List.of(A, B, C);
    private static final UpkeepOptions OPTIONS =
            new UpkeepOptions(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 1);

    @TempDir Path directory;

    private SimulatedDisk disk = new SimulatedDisk(1);
    private FaultyDirectories io = new FaultyDirectories(disk);
    private MetricsRegistry metrics = new MetricsRegistry();
    private long nowMillis = 1_000_000;
    private Node node;
    private Upkeep upkeep;
    private Medium medium;
    private int written;

    @BeforeEach
    void start() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.mirrored(io, directory.resolve("c"), UnaryOperator.identity(), 0, ALL);
        openUpkeep();
        medium = node.mountNew(VOLUME, List.of(50_000_000L));
    }

    private void openUpkeep() {
        upkeep =
                Upkeep.open(
                        node.catalog(),
                        node.store(),
                        OPTIONS,
                        () -> Instant.ofEpochMilli(nowMillis),
                        () -> new DiskId(0xD, 0xD),
                        metrics);
    }

    @AfterEach
    void stop() {
        ALL.forEach(io::heal);
        node.stop();
    }

    private void restart() throws Exception {
        node.stop();
        node.start();
        openUpkeep();
    }

    private void write(int blocks) throws StoreException {
        medium.locate(0, written == 0 ? 0 : medium.endOfData(0));
        for (int i = 0; i < blocks; i++) {
            medium.append(
                    DataOut.of(MediumContractTest.bytes(written++, BLOCK_BYTES)), 0, BLOCK_BYTES);
        }
    }

    private void expectEverything() throws StoreException {
        medium.locate(0, 0);
        List<byte[]> objects = RandomTape.contentOf(medium).getFirst();
        assertThat(objects.size()).isEqualTo(written);
        for (int i = 0; i < written; i++) {
            byte[] expected = MediumContractTest.bytes(i, BLOCK_BYTES);
            assertThat(java.util.Arrays.equals(objects.get(i), expected))
                    .as("block %s", i)
                    .isTrue();
        }
    }

    private static DiskId id(Path directory) {
        return StoreDisks.unlabelled(directory);
    }

    private void pass() throws StoreException {
        nowMillis += 10_000_000;
        upkeep.pass();
    }

    private List<ChunkRecord> chunks() {
        return node.catalog().read(view -> view.chunks(Optional.empty(), 1000));
    }

    private long count(UpkeepCounter counter) {
        return metrics.counter(counter).sum();
    }

    private List<Path> chunkFiles(Path below) {
        return disk.files().stream()
                .filter(file -> file.startsWith(below) && file.toString().endsWith(".chunk"))
                .toList();
    }

    private void expectInOrder() throws Exception {
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
        assertThat(node.catalog().check(new ChunkFiles(node.store()))).isEmpty();
    }

    @Test
    void eveningOutGoesOnAfterARestart() throws Exception {
        assertThat(upkeep.rebalance("default", 1000)).isEqualTo(new PlacementOutcome.Done());
        medium.close();
        restart();
        assertThat(upkeep.rebalancing("default").orElseThrow().state())
                .isEqualTo(MoveStatus.State.RUNNING);

        pass();
        assertThat(upkeep.rebalancing("default").orElseThrow().state())
                .isEqualTo(MoveStatus.State.DONE);
        restart();
        assertThat(upkeep.rebalancing("default")).isEmpty();
    }

    @Test
    void whatADiskTookWithItIsMirroredAnew() throws Exception {
        write(30);
        medium.close();
        io.fail(A);
        medium = node.mount(VOLUME);
        write(10);
        medium.close();

        pass();

        assertThat(chunks())
                .allSatisfy(chunk -> {
                    assertThat(chunk.disks()).hasSize(2).doesNotContain(id(A));
                });
        medium = node.mount(VOLUME);
        expectEverything();

        io.heal(A);
        pass();

        assertThat(node.store().disks().view(id(A)).orElseThrow().condition())
                .isEqualTo(DiskCondition.WORKING);
        assertThat(chunkFiles(A)).isEmpty();
        assertThat(count(UpkeepCounter.DISK_RETURNS)).isEqualTo(1);
        expectInOrder();
        expectEverything();
        medium.close();
    }

    @Test
    void aDiskThatComesBackMissedWhatWasWrittenAndDeleted() throws Exception {
        write(30);
        medium.close();
        node.stop();
        io.remove(A);
        node.start();
        openUpkeep();
        medium = node.mount(VOLUME);
        medium.locate(0, 0);
        written = 0;
        write(20);
        medium.close();
        node.awaitIdle();
        node.cartridges().setWriteProtected(new VolumeIdentifier(VOLUME), true);
        pass();
        io.heal(A);

        pass();
        pass();

        expectInOrder();
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
    }

    @Test
    void aBadCopyIsRepairedAndReported() throws Exception {
        write(6);
        medium.close();
        medium = node.mount(VOLUME);
        ChunkRecord chunk = chunks().getFirst();
        DiskId first = node.store().files().copies(chunk.chunk()).getFirst();
        Path bad = ALL.stream().filter(each -> id(each).equals(first)).findFirst().orElseThrow();
        Path file = chunkFiles(bad).getFirst();
        byte[] whole = disk.content(file);
        disk.flipBit(file, 8L * (4096 + 48 + 5));
        expectEverything();

        assertThat(upkeep.badCopies(Optional.empty(), 10))
                .extracting(BadCopyRecord::chunk, BadCopyRecord::disk)
                .containsExactly(org.assertj.core.api.Assertions.tuple(chunk.chunk(), first));
        pass();

        assertThat(upkeep.badCopies(Optional.empty(), 10)).isEmpty();
        assertThat(disk.content(file)).isEqualTo(whole);
        assertThat(count(UpkeepCounter.COPIES_BAD)).isEqualTo(1);
        assertThat(count(UpkeepCounter.COPIES_REPAIRED)).isEqualTo(1);
        medium.close();
    }

    @Test
    void theFirstScrubComesAnIntervalAfterTheStoreWasMade() throws Exception {
        long intervalMillis = 100_000_000;
        upkeep =
                Upkeep.open(
                        node.catalog(),
                        node.store(),
                        new UpkeepOptions(1L << 30, 1L << 30, intervalMillis, 0, 1),
                        () -> Instant.ofEpochMilli(nowMillis),
                        () -> new DiskId(0xD, 0xD),
                        metrics);
        upkeep.pass();
        assertThat(upkeep.scrub().status().startedEpochMillis()).isZero();
        assertThat(upkeep.scrub().status().finishedEpochMillis()).isZero();

        nowMillis += intervalMillis - 1;
        upkeep.pass();
        assertThat(upkeep.scrub().status().startedEpochMillis()).isZero();

        nowMillis++;
        upkeep.pass();
        assertThat(upkeep.scrub().status().startedEpochMillis()).isEqualTo(nowMillis);
        medium.close();
    }

    @Test
    void scrubbingFindsWhatNobodyReads() throws Exception {
        write(60);
        medium.close();
        Path file = chunkFiles(B).getLast();
        byte[] whole = disk.content(file);
        disk.flipBit(file, 8L * (whole.length - 140));

        assertThat(upkeep.scrub().start().state()).isEqualTo(ScrubStatus.State.RUNNING);
        pass();
        upkeep.scrub().pause();
        long copies = upkeep.scrub().status().copies();
        assertThat(copies).isPositive();
        pass();
        assertThat(upkeep.scrub().status().copies()).isEqualTo(copies);
        restart();
        assertThat(upkeep.scrub().status().state()).isEqualTo(ScrubStatus.State.PAUSED);
        upkeep.scrub().start();
        while (upkeep.scrub().status().state() == ScrubStatus.State.RUNNING) {
            pass();
        }
        pass();

        ScrubStatus status = upkeep.scrub().status();
        assertThat(status.bad()).isEqualTo(1);
        assertThat(status.copies() + status.bad()).isEqualTo(2L * chunks().size() + 1);
        assertThat(disk.content(file)).isEqualTo(whole);
        assertThat(count(UpkeepCounter.SCRUBS)).isEqualTo(1);
        expectInOrder();
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
    }

    @Test
    void anEvacuatedDiskIsEmptyAndTakesNothing() throws Exception {
        write(60);
        medium.close();
        assertThat(chunkFiles(A)).isNotEmpty();

        assertThat(upkeep.evacuate(id(A), 1L << 40)).isEqualTo(new PlacementOutcome.Done());
        assertThat(upkeep.evacuation(id(A)).orElseThrow().state())
                .isEqualTo(MoveStatus.State.RUNNING);
        pass();

        assertThat(upkeep.evacuation(id(A)).orElseThrow().state()).isEqualTo(MoveStatus.State.DONE);
        assertThat(chunkFiles(A)).isEmpty();
        expectInOrder();
        medium = node.mount(VOLUME);
        write(60);
        medium.close();
        assertThat(chunkFiles(A)).isEmpty();
        assertThat(upkeep.deactivate(id(A))).isEqualTo(new PlacementOutcome.Done());
        restartOn(ALL);
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
        assertThat(upkeep.reactivate(id(A))).isEqualTo(new PlacementOutcome.Done());
        pass();
        assertThat(upkeep.disk(id(A)).orElseThrow().state()).isEqualTo(DiskState.ACTIVE);
    }

    @Test
    void copiesOfAChunkAreOnDifferentPhysicalDisks() throws Exception {
        medium.close();
        io.lodge("sda", A, B);
        io.lodge("sdb", C);
        restart();
        medium = node.mount(VOLUME);
        write(60);
        medium.close();
        assertThat(chunks())
                .isNotEmpty()
                .allSatisfy(chunk -> assertThat(chunk.disks()).hasSize(2).contains(id(C)));

        // Where there is no other physical disk, a second copy on the same one is better than none.
        upkeep.evacuate(id(C), 1L << 40);
        pass();
        assertThat(chunks())
                .allSatisfy(
                        chunk -> assertThat(chunk.disks()).containsExactlyInAnyOrder(id(A), id(B)));
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
    }

    @Test
    void copyThatIsMadeAnewGoesToAnotherPhysicalDisk() throws Exception {
        medium.close();
        io.lodge("sda", A, B);
        io.lodge("sdb", C, D);
        restart();
        medium = node.mount(VOLUME);
        write(60);
        medium.close();

        assertThat(upkeep.replace(id(C), D)).isEqualTo(new PlacementOutcome.Done());
        pass();
        pass();

        DiskId replacement = new DiskId(0xD, 0xD);
        assertThat(chunks())
                .isNotEmpty()
                .allSatisfy(chunk -> assertThat(chunk.disks()).hasSize(2).contains(replacement));
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
    }

    private void restartOn(List<Path> directories) throws Exception {
        node.stop();
        node.start();
        openUpkeep();
        assertThat(node.store().disks().views()).hasSizeGreaterThanOrEqualTo(directories.size());
    }

    @Test
    void theLastCopyIsNotTakenAway() throws Exception {
        write(3);
        medium.synchronize();
        ChunkRecord open = chunks().getFirst();
        for (DiskId each : open.disks()) {
            assertThat(upkeep.deactivate(each)).isEqualTo(new PlacementOutcome.Done());
            break;
        }
        DiskId other = open.disks().getLast();
        assertThat(upkeep.deactivate(other)).isInstanceOf(PlacementOutcome.Refused.class);
        assertThat(upkeep.deactivate(new DiskId(1, 1))).isEqualTo(new PlacementOutcome.Unknown());
        upkeep.evacuate(other, 1);
        pass();
        expectEverything();
        medium.close();
    }

    @Test
    void anotherDiskTakesThePlaceOfOne() throws Exception {
        write(60);
        medium.close();
        io.fail(B);
        medium = node.mount(VOLUME);
        write(10);
        medium.close();

        assertThat(upkeep.replace(id(B), D)).isEqualTo(new PlacementOutcome.Done());
        assertThat(upkeep.replace(id(B), D)).isEqualTo(new PlacementOutcome.Done());
        assertThat(upkeep.replace(id(C), A)).isInstanceOf(PlacementOutcome.Refused.class);
        pass();
        pass();

        assertThat(chunks())
                .allSatisfy(chunk -> {
                    assertThat(chunk.disks()).hasSize(2).doesNotContain(id(B));
                });
        assertThat(upkeep.disks())
                .filteredOn(status -> status.directory().equals(D))
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.state()).isEqualTo(DiskState.ACTIVE);
                    assertThat(status.condition()).isEqualTo(DiskCondition.WORKING);
                });
        assertThat(upkeep.disk(id(B)).orElseThrow().replacedBy()).contains(new DiskId(0xD, 0xD));
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io()))
                .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .isEmpty();
    }

    /** What comes from a tier has its file before the catalog knows, as what a crash left has its file after. */
    @Test
    void whatIsOnItsWayHereIsNotTakenForWhatACrashLeft() throws Exception {
        write(20);
        medium.close();
        node.awaitIdle();
        ChunkRecord chunk = chunks().getFirst();
        node.catalog()
                .commit(change -> {
                    change.putTierCopy(
                            new TierCopyRecord(
                                    chunk.chunk(),
                                    "vault",
                                    chunk.lengthBytes(),
                                    ChunkDigest.of(new byte[ChunkDigest.LENGTH_BYTES]),
                                    nowMillis));
                    change.putChunk(chunk.withDisks(List.of()));
                });
        Lock arrival = node.store().arrivalLock(chunk.chunk());
        arrival.lock();
        try {
            CompletableFuture.runAsync(this::passUnchecked).join();
            assertThat(node.store().files().find(chunk.chunk())).as("on its way").isPresent();
        } finally {
            arrival.unlock();
        }
        pass();
        assertThat(node.store().files().find(chunk.chunk())).as("left by a crash").isEmpty();
    }

    private void passUnchecked() {
        try {
            pass();
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void openChunksAreLeftToTheirWriters() throws Exception {
        write(3);
        medium.synchronize();
        ChunkRecord open = chunks().getFirst();
        assertThat(open.state()).isEqualTo(ChunkState.OPEN);
        upkeep.evacuate(open.disks().getFirst(), 1L << 40);

        pass();

        assertThat(chunks()).containsExactly(open);
        write(3);
        medium.close();
        pass();
        assertThat(upkeep.evacuation(open.disks().getFirst()).orElseThrow().remainingChunks())
                .isZero();
        medium = node.mount(VOLUME);
        expectEverything();
        medium.close();
    }

    /** Power goes at every call of an evacuation with a repair in it; the next start finishes both. */
    @Test
    void aCrashAnywhereLeavesNothingUndone() throws Exception {
        stop();
        boolean isDone = false;
        for (int call = 1; !isDone; call += 3) {
            disk = new SimulatedDisk(call);
            disk.capacityBytes(1L << 40);
            io = new FaultyDirectories(disk);
            SimulatedDisk powered = disk;
            node =
                    Node.mirrored(
                            io,
                            directory.resolve("crash" + call),
                            catalog -> new PoweredCatalog(catalog, powered),
                            0,
                            ALL);
            openUpkeep();
            written = 0;
            medium = node.mountNew(VOLUME, List.of(50_000_000L));
            write(12);
            medium.close();
            node.awaitIdle();
            disk.flipBit(chunkFiles(B).getFirst(), 8L * (4096 + 48 + 5));
            for (ChunkRecord chunk : chunks()) {
                node.catalog()
                        .commit(change ->
                                change.putBadCopy(
                                        new BadCopyRecord(chunk.chunk(), id(B), 1, "test")));
            }
            upkeep.evacuate(id(A), Long.MAX_VALUE);
            disk.losePowerAt(call);
            try {
                pass();
            } catch (StoreException | io.capstan.catalog.CatalogException e) {
                assertThat(disk.isPowerLost()).as("call %s: %s", call, e).isTrue();
            }
            isDone = !disk.isPowerLost();
            node.stop();
            disk.restart();
            node.start();
            openUpkeep();
            // The store forgets what is wanted of a disk; the catalog does not.
            node.store().disks().setState(id(A), DiskState.EVACUATING);
            pass();
            pass();
            assertThat(chunkFiles(A)).as("call %s", call).isEmpty();
            expectInOrder();
            medium = node.mount(VOLUME);
            expectEverything();
            medium.close();
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 4);
    }

    /** One disk may be away at any time, again and again, in any way. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void disksComeAndGo(long seed) throws Exception {
        medium.close();
        Random random = new Random(seed);
        List<Long> layout = List.of(4_000_000L);
        VolumeIdentifier volume = new VolumeIdentifier("CAP002L8");
        RandomTape tape =
                new RandomTape(
                        random,
                        node.mountNew(volume.text(), layout),
                        new SimpleTape(
                                volume,
                                new MediumDescription(0x88, 0x5E, 0, false, false),
                                layout));
        Optional<Path> away = Optional.empty();
        for (int i = 0; i < 200; i++) {
            if (tape.model().remainingBytes() < 700_000) {
                tape.medium().locate(0, 0);
                tape.model().locate(0, 0);
            }
            tape.step();
            tape.compareState();
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (away.isEmpty()) {
                        Path bad = ALL.get((int) (seed % 3));
                        away = Optional.of(bad);
                        if (random.nextBoolean()) {
                            io.fail(bad);
                        } else {
                            io.remove(bad);
                        }
                    }
                }
                case 1 -> {
                    tape.medium().synchronize();
                    tape.model().synchronize();
                    away.ifPresent(io::heal);
                    away = Optional.empty();
                    pass();
                    pass();
                }
                case 2 -> pass();
                default -> {}
            }
        }
        away.ifPresent(io::heal);
        List<List<byte[]>> actual = RandomTape.contentOf(tape.medium());
        List<List<byte[]>> expected = RandomTape.contentOf(tape.model());
        assertThat(RandomTape.isSame(actual, expected)).as(tape::history).isTrue();
        tape.medium().close();
        pass();
        pass();
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io()))
                .as(tape::history)
                .isEmpty();
        List<ChunkId> referred = new ArrayList<>();
        List<ChunkRecord> all = chunks();
        node.catalog()
                .read((CatalogView view) -> {
                    for (ChunkRecord chunk : all) {
                        if (view.referenceCount(chunk.chunk()) > 0) {
                            referred.add(chunk.chunk());
                        }
                    }
                    return true;
                });
        for (ChunkId chunk : referred) {
            assertThat(node.store().files().copies(chunk)).as(tape::history).hasSize(2);
        }
    }
}
