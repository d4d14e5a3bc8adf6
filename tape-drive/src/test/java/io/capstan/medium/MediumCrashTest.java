package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.Catalog;
import io.capstan.fakes.catalog.PoweredCatalog;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whenever the node stops, what was synchronized is all there afterwards, and of what was appended since, a whole prefix;
 * the catalog is in order, and one that is rebuilt says the same.
 */
final class MediumCrashTest {

    private static final String VOLUME = "CAP001L8";
    private static final int ROUNDS = 6;

    @TempDir Path directory;

    private int rebuildCount;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 4);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lossOfPowerLosesNothingSynchronized(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        lossOfPowerLosesNothingSynchronized(
                seed,
                disk,
                Node.on(disk, directory.resolve("catalog"), c -> new PoweredCatalog(c, disk)));
    }

    /** Copies differ behind the last synchronize; one is as good as the other. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lossOfPowerLosesNothingThatIsMirrored(long seed) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(seed);
        lossOfPowerLosesNothingSynchronized(
                seed,
                disk,
                Node.mirrored(
                        disk,
                        directory.resolve("catalog"),
                        c -> new PoweredCatalog(c, disk),
                        0,
                        List.of(Path.of("/a"), Path.of("/b"), Path.of("/c"))));
    }

    private void lossOfPowerLosesNothingSynchronized(long seed, SimulatedDisk disk, Node opened)
            throws Exception {
        Random random = new Random(seed);
        disk.capacityBytes(1L << 40);
        try (Node node = opened) {
            RandomTape tape = newTape(random, node);
            for (int round = 0; round < ROUNDS; round++) {
                disk.losePowerAt(1 + random.nextInt(120));
                stepUntilPowerIsLost(tape, disk);
                List<List<List<byte[]>>> acceptable = tape.acceptable();
                node.stop();
                disk.restart();
                node.start();
                check(tape, node, acceptable);
            }
            tape.medium().close();
        }
    }

    private static void stepUntilPowerIsLost(RandomTape tape, SimulatedDisk disk)
            throws StoreException {
        try {
            while (true) {
                makeRoom(tape);
                tape.step();
                if (!compareStateIfPowered(tape, disk)) {
                    return;
                }
            }
        } catch (StoreException e) {
            tape.note(String.valueOf(e.getMessage()));
            assertThat(disk.isPowerLost()).as(tape::history).isTrue();
        }
    }

    /**
     * A chunk may be sealed in the background at any time, so power may go even while states are compared: a medium that
     * cannot read its chunks then estimates what it cannot look up.
     *
     * @return false if power is lost
     */
    private static boolean compareStateIfPowered(RandomTape tape, SimulatedDisk disk) {
        try {
            tape.compareState();
            return !disk.isPowerLost();
        } catch (AssertionError difference) {
            if (!disk.isPowerLost()) {
                throw difference;
            }
            return false;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void killedProcessLosesNothingSynchronized(long seed) throws Exception {
        Random random = new Random(seed);
        try (Node node = Node.onDisk(directory)) {
            RandomTape tape = newTape(random, node);
            for (int round = 0; round < ROUNDS; round++) {
                int steps = 1 + random.nextInt(40);
                for (int step = 0; step < steps; step++) {
                    makeRoom(tape);
                    tape.step();
                    tape.compareState();
                }
                List<List<List<byte[]>>> acceptable = tape.acceptable();
                // The medium is never closed: its buffers are gone with the process.
                node.restart();
                check(tape, node, acceptable);
            }
            tape.medium().close();
        }
    }

    private static RandomTape newTape(Random random, Node node) throws StoreException {
        List<Long> layout =
                random.nextBoolean() ? List.of(6_000_000L) : List.of(3_000_000L, 3_000_000L);
        return new RandomTape(
                random,
                node.mountNew(VOLUME, layout),
                new SimpleTape(
                        new VolumeIdentifier(VOLUME),
                        new MediumDescription(0x88, 0x5E, 0, false, false),
                        layout));
    }

    private static void makeRoom(RandomTape tape) throws StoreException {
        if (tape.model().remainingBytes() < 700_000) {
            tape.medium().locate(0, 0);
            tape.model().locate(0, 0);
        }
    }

    private void check(RandomTape tape, Node node, List<List<List<byte[]>>> acceptable)
            throws Exception {
        Medium medium = node.mount(VOLUME);
        List<List<byte[]>> actual = RandomTape.contentOf(medium);
        assertThat(acceptable)
                .as(() -> tape.history() + "\nfound " + RandomTape.describe(actual))
                .anyMatch(content -> RandomTape.isSame(content, actual));
        medium.close();
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io()))
                .as(tape::history)
                .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .isEmpty();
        checkRebuilt(tape, node, actual);
        Medium again = node.mount(VOLUME);
        List<Long> layout = new ArrayList<>();
        for (int partition = 0; partition < again.partitionCount(); partition++) {
            layout.add(again.capacityBytes(partition));
        }
        tape.continueWith(again, SimpleTape.holding(tape.model(), layout, actual));
        tape.compareState();
    }

    private void checkRebuilt(RandomTape tape, Node node, List<List<byte[]>> expected)
            throws Exception {
        Path fresh = directory.resolve("rebuilt" + rebuildCount++);
        try (Catalog catalog = Node.openCatalog(fresh)) {
            CatalogRebuild.Report report = CatalogRebuild.run(node.store(), node.io(), catalog);
            assertThat(report.findings()).as(tape::history).isEmpty();
            assertThat(MediumCheck.run(catalog, node.store(), node.io()))
                    .as(tape::history)
                    .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                    .isEmpty();
            Medium rebuilt = Node.mountReadOnly(node, catalog, VOLUME);
            List<List<byte[]>> actual = RandomTape.contentOf(rebuilt);
            assertThat(RandomTape.isSame(actual, expected))
                    .as(() ->
                            "%s\nrebuilt  %s\ninstead of %s"
                                    .formatted(
                                            tape.history(),
                                            RandomTape.describe(actual),
                                            RandomTape.describe(expected)))
                    .isTrue();
        }
    }
}
