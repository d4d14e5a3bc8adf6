package io.capstan.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of the simulation: {@code -Dcapstan.simulation.seeds=N} for how many, {@code -Dcapstan.simulation.first=N} for
 * the first of them, {@code -Dcapstan.simulation.seed=N} to replay one; {@code -Dcapstan.simulation.mirrored-seeds=N} and
 * {@code -Dcapstan.simulation.mirrored-seed=N} for those on mirrored pools.
 */
class SimulationTest {

    private static final long SEEDS_DEFAULT = 1000;
    private static final long MIRRORED_SEEDS_DEFAULT = 200;

    @TempDir Path directory;

    @Test
    void nothingSynchronizedIsLostAndNothingIsReadWrong() throws Exception {
        long first = Long.getLong("capstan.simulation.first", 1);
        long count = Long.getLong("capstan.simulation.seeds", SEEDS_DEFAULT);
        Long replayed = Long.getLong("capstan.simulation.seed");
        Simulation.Totals totals =
                replayed == null ? Runs.runAll(first, count) : Runs.runAll(replayed, 1);
        System.out.println("simulation: " + totals);
    }

    @Test
    void nothingThatHappensToADirectoryIsSeen() throws Exception {
        long first = Long.getLong("capstan.simulation.first", 1);
        long count = Long.getLong("capstan.simulation.mirrored-seeds", MIRRORED_SEEDS_DEFAULT);
        Long replayed = Long.getLong("capstan.simulation.mirrored-seed");
        Simulation.Totals totals =
                replayed == null ? Runs.runAll(first, count, true) : Runs.runAll(replayed, 1, true);
        System.out.println("simulation: mirrored: " + totals);
    }

    /** Fresh ones each time; the message of a failure names the seed. */
    @Test
    void seedsThatNobodyHasSeen() throws Exception {
        Runs.runAll(System.nanoTime() >>> 8, 50);
        Runs.runAll(System.nanoTime() >>> 8, 30, true);
    }

    @Test
    void sameSeedIsTheSameRun() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            boolean mirrored = seed % 2 == 0;
            int once = Simulation.run(seed, mirrored, directory, new Simulation.Totals());
            int again = Simulation.run(seed, mirrored, directory, new Simulation.Totals());
            assertThat(again).as("seed %d", seed).isEqualTo(once);
        }
    }
}
