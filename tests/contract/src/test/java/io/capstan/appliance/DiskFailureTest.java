package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.appliance.node.Node;
import io.capstan.config.Configuration;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.DiskId;
import io.capstan.smart.DiskHealth;
import io.capstan.smart.DiskView;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.Policy;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.MoveStatus;
import io.capstan.store.Placement;
import io.capstan.store.PlacementOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * D16 and D17 on a node: four disks, two copies of each chunk, hosts that write to two drives all the while, and a disk that
 * fails. Afterwards its directory is deleted, and every block must be there.
 */
@Timeout(300)
class DiskFailureTest {

    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BLOCKS_PER_FILE = 16;

    @TempDir private Path directory;

    private final ScriptedDisks disks = new ScriptedDisks();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Load> loads = new ArrayList<>();
    private Node node;
    private DiskHealthUnit unit;
    private DiskHealth health;

    @BeforeEach
    void start() throws Exception {
        for (int disk = 0; disk < 4; disk++) {
            disks.add(device(disk), Files.createDirectory(directory(disk)));
        }
        node =
                TestNode.start(
                        TestNode.plan(
                                """
                                data-dir: %s
                                store:
                                  chunk-size: 1MiB
                                  reserve: 1MiB
                                  repair-delay-seconds: 0
                                  pools:
                                    - name: main
                                      copies: 2
                                      directories: [%s, %s, %s, %s]
                                kernel:
                                  enabled: off
                                libraries:
                                  - name: lib0
                                    drives: {count: 2}
                                    storage-elements: 10
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: TST, count: 4, medium: LTO-8, capacity: 20GiB}
                                """
                                        .formatted(
                                                directory.resolve("data"),
                                                directory(0),
                                                directory(1),
                                                directory(2),
                                                directory(3))));
        unit =
                DiskHealthUnit.watch(
                        Configuration.defaults().disks(),
                        node,
                        disks,
                        disks,
                        List.of((alarm, ended) -> told.add((ended ? "ended " : "") + alarm.key())),
                        disks);
        health = unit.health();
        FakeInitiator changer = TestNode.changerHost(node);
        for (int drive = 0; drive < 2; drive++) {
            FakeReply moved =
                    TestNode.move(changer, TestNode.STORAGE + drive, TestNode.DRIVE + drive);
            assertThat(moved.isGood()).as(moved.toString()).isTrue();
            loads.add(new Load(drive));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Load load : loads) {
            load.end();
        }
        unit.close();
        node.close();
    }

    private Path directory(int disk) {
        return directory.resolve("disk" + disk);
    }

    private static String device(int disk) {
        return "/dev/sd" + (char) ('a' + disk);
    }

    private Placement placement() {
        return node.storage().upkeep();
    }

    private DiskStatus placed(int disk) throws Exception {
        return placement().disks().stream()
                .filter(status -> status.directory().equals(directory(disk)))
                .findFirst()
                .orElseThrow();
    }

    private DiskView view(int disk) throws Exception {
        return health.disk(ScriptedDisks.id(device(disk))).orElseThrow();
    }

    private double p30(int disk) throws Exception {
        return view(disk).prediction().orElseThrow().probability(Horizon.DAYS_30).value();
    }

    private void passDays(int days) throws Exception {
        for (int day = 0; day < days; day++) {
            disks.passDay();
            health.poll();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void pollUntil(Condition condition) throws Exception {
        while (!condition.holds()) {
            health.poll();
            Thread.sleep(50);
        }
    }

    private void awaitStep(DiskStatus disk, DiskCase.Step step) throws Exception {
        pollUntil(() ->
                health.cases().stream()
                        .anyMatch(one -> one.disk().equals(disk.disk()) && one.step() == step));
    }

    /** A host that writes files of blocks until it is stopped, then reads them all. */
    private final class Load {

        private final FakeInitiator host;
        private final int drive;
        private final Thread thread;
        private volatile boolean ending;

        private final AtomicInteger blocks = new AtomicInteger();

        /** Of the thread, until that has ended. */
        private long longestPauseNanos;

        private Optional<FakeReply> refusal = Optional.empty();

        Load(int drive) {
            this.drive = drive;
            this.host = TestNode.driveHost(node, drive);
            this.thread = Thread.ofPlatform().name("load " + drive).start(this::run);
        }

        private void run() {
            while (!ending && refusal.isEmpty()) {
                writeOne();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }

        private void writeOne() {
            long before = System.nanoTime();
            FakeReply reply = TestNode.write(host, block(drive, blocks.get()));
            if (reply.isGood() && blocks.incrementAndGet() % BLOCKS_PER_FILE == 0) {
                reply = TestNode.writeFilemark(host);
            }
            refusal = reply.isGood() ? Optional.empty() : Optional.of(reply);
            longestPauseNanos = Math.max(longestPauseNanos, System.nanoTime() - before);
        }

        /** Goes on for a while after its end. */
        void writeOn(int count) {
            for (int i = 0; i < count && refusal.isEmpty(); i++) {
                writeOne();
            }
        }

        /** Waits until so many more blocks are written, synchronized ones among them. */
        void awaitMore(int count) throws InterruptedException {
            int wanted = blocks.get() + count;
            while (blocks.get() < wanted && thread.isAlive()) {
                Thread.sleep(10);
            }
            assertThat(blocks.get()).isGreaterThanOrEqualTo(wanted);
        }

        void end() throws InterruptedException {
            ending = true;
            thread.join();
        }

        @SuppressWarnings("SystemOut") // figures for whoever reads the log
        void verify() throws Exception {
            end();
            assertThat(refusal).isEmpty();
            System.out.println(
                    "drive %d: %d blocks, longest pause %d ms"
                            .formatted(
                                    drive,
                                    blocks.get(),
                                    TimeUnit.NANOSECONDS.toMillis(longestPauseNanos)));
            assertThat(TestNode.rewind(host).isGood()).isTrue();
            for (int block = 0; block < blocks.get(); block++) {
                if (block > 0 && block % BLOCKS_PER_FILE == 0) {
                    assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).contains("00/01");
                }
                FakeReply reply = TestNode.read(host, BLOCK_BYTES);
                assertThat(reply.isGood()).as("block %d: %s", block, reply).isTrue();
                assertThat(reply.data()).as("block %d", block).isEqualTo(block(drive, block));
            }
        }
    }

    private static byte[] block(int drive, int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new SplittableRandom(31L * drive + number).nextBytes(bytes);
        return bytes;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> {
                        try {
                            Files.delete(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    @Test
    void D16_diskThatBeginsToFailIsForeseenEvacuatedTakenOutAndReplaced() throws Exception {
        passDays(30);
        double healthy = p30(0);
        assertThat(healthy).isLessThan(0.01);
        assertThat(told).isEmpty();
        pollUntil(() -> placed(0).chunkCount() >= 2);

        for (int day = 1; day <= 20; day++) {
            disks.set(device(0), 197, 16L * day);
            disks.set(device(0), 198, 16L * day);
            disks.set(device(0), 187, 4L * day);
            disks.set(device(0), 5, 30L * day);
            passDays(1);
        }
        assertThat(p30(0)).isGreaterThan(0.25);
        DiskStatus failing = placed(0);
        awaitStep(failing, DiskCase.Step.AWAITING_REPLACEMENT);

        assertThat(health.cases())
                .extracting(DiskCase::reason)
                .as("foreseen, not found dead")
                .allMatch(reason -> reason.contains("(policy likely-to-fail)"));
        DiskStatus out = placement().disk(failing.disk()).orElseThrow();
        assertThat(out.state()).isEqualTo(DiskState.DEACTIVATED);
        assertThat(out.chunkCount()).isZero();
        assertThat(told)
                .contains(
                        "prediction:" + ScriptedDisks.id(device(0)),
                        "case:" + ScriptedDisks.id(device(0)));

        disks.add(device(4), Files.createDirectory(directory(4)));
        health.replace(failing.disk(), directory(4));
        disks.remove(device(0));
        delete(directory(0));
        awaitStep(failing, DiskCase.Step.DONE);
        pollUntil(() -> placed(4).chunkCount() > 0);

        assertThat(view(0).events())
                .extracting(DiskEvent::kind)
                .containsExactly(
                        DiskEvent.Kind.OBSERVED,
                        DiskEvent.Kind.REMOVED_ON_PREDICTION,
                        DiskEvent.Kind.REPLACED_BY);
        assertThat(told).contains("ended case:" + ScriptedDisks.id(device(0)));
        assertNothingIsLost();
    }

    @Test
    void D17_diskThatDiesWithoutWarningCostsNothing() throws Exception {
        passDays(2);
        pollUntil(() -> placed(2).chunkCount() >= 2);
        DiskStatus dead = placed(2);
        Path gone = directory.resolve("gone");

        Files.move(directory(2), gone);
        disks.remove(device(2));
        pollUntil(() ->
                placement().disk(dead.disk()).orElseThrow().condition() != DiskCondition.WORKING);
        passDays(2);
        awaitStep(dead, DiskCase.Step.AWAITING_REPLACEMENT);
        pollUntil(() -> placement().disk(dead.disk()).orElseThrow().chunkCount() == 0);

        disks.add(device(4), Files.createDirectory(directory(4)));
        health.replace(dead.disk(), directory(4));
        awaitStep(dead, DiskCase.Step.DONE);
        pollUntil(() -> placed(4).chunkCount() > 0);

        assertThat(view(2).events())
                .extracting(DiskEvent::kind)
                .containsExactly(
                        DiskEvent.Kind.OBSERVED,
                        DiskEvent.Kind.MISSING,
                        DiskEvent.Kind.FAILED,
                        DiskEvent.Kind.REPLACED_BY);
        for (Load load : loads) {
            load.end();
        }
        delete(gone);
        assertNothingIsLost();
    }

    /**
     * The bound on pauses: none for an evacuation. Here it stands still in the middle of a chunk, for days at a byte a second, with
     * whatever it holds; drives that had to wait for any of that would never get on.
     */
    @Test
    void D16_drivesGoOnWhileAnEvacuationStandsStill() throws Exception {
        pollUntil(() -> placed(0).chunkCount() >= 4);
        DiskId leaving = placed(0).disk();
        assertThat(placement().evacuate(leaving, 1)).isEqualTo(new PlacementOutcome.Done());

        for (Load load : loads) {
            load.awaitMore(5 * BLOCKS_PER_FILE);
        }

        MoveStatus evacuation = placement().evacuation(leaving).orElseThrow();
        assertThat(evacuation.state()).isEqualTo(MoveStatus.State.RUNNING);
        assertThat(evacuation.remainingChunks()).isPositive();
        for (Load load : loads) {
            load.verify();
        }
    }

    /**
     * Cartridges stay in their drives, and nobody sends a command; what was written last is in the buffers alone. Their disk gets
     * empty all the same, and is taken out.
     */
    @Test
    void D16_idleMountedCartridgesKeepNoDiskInService() throws Exception {
        pollUntil(() -> placed(0).chunkCount() >= 2);
        for (Load load : loads) {
            load.end();
            load.writeOn(BLOCKS_PER_FILE - load.blocks.get() % BLOCKS_PER_FILE + 1);
        }
        int leaving = written();
        List<Integer> before = loads.stream().map(load -> load.blocks.get()).toList();
        health.evacuate(ScriptedDisks.id(device(leaving)), Policy.Action.DEACTIVATE_AND_REPLACE);

        awaitStep(placed(leaving), DiskCase.Step.AWAITING_REPLACEMENT);

        DiskStatus out = placed(leaving);
        assertThat(out.state()).isEqualTo(DiskState.DEACTIVATED);
        assertThat(out.chunkCount()).isZero();
        delete(out.directory());
        for (Load load : loads) {
            load.writeOn(3 * BLOCKS_PER_FILE);
        }
        assertThat(loads)
                .zipSatisfy(
                        before,
                        (load, blocks) ->
                                assertThat(load.blocks.get())
                                        .isEqualTo(blocks + 3 * BLOCKS_PER_FILE));
        pollUntil(() -> copiesByChunk().values().stream().allMatch(copies -> copies == 2));
        for (Load load : loads) {
            load.verify();
        }
    }

    /** A disk with a chunk that is being written. */
    private int written() throws Exception {
        DiskId id = node.storage().chunks().beingWritten().values().iterator().next().getFirst();
        for (int disk = 0; disk < 4; disk++) {
            if (placed(disk).disk().equals(id)) {
                return disk;
            }
        }
        throw new AssertionError("no disk " + id);
    }

    /**
     * All blocks are there, and so are both copies of each chunk: one copy alone would do to read them, and to pass without any
     * evacuation or repair. So the disk that all the others could be restored from is lost too.
     */
    private void assertNothingIsLost() throws Exception {
        for (Load load : loads) {
            load.end();
        }
        pollUntil(() -> copiesByChunk().values().stream().allMatch(copies -> copies == 2));
        assertThat(copiesByChunk()).hasSizeGreaterThan(4);
        assertThat(node.storage().check()).isEmpty();

        Files.move(directory(1), directory.resolve("lost too"));
        disks.remove(device(1));
        for (Load load : loads) {
            load.verify();
        }
    }

    /** How many directories have a file of a chunk, by its name in them. */
    private Map<Path, Integer> copiesByChunk() throws IOException {
        Map<Path, Integer> copies = new TreeMap<>();
        for (int disk = 0; disk <= 4; disk++) {
            Path chunks = directory(disk).resolve("chunks");
            if (Files.isDirectory(chunks)) {
                try (Stream<Path> files = Files.walk(chunks)) {
                    files.filter(file -> file.toString().endsWith(".chunk"))
                            .forEach(
                                    file -> copies.merge(chunks.relativize(file), 1, Integer::sum));
                }
            }
        }
        return copies;
    }
}
