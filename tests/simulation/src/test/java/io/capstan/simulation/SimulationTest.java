package io.capstan.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of the simulation: {@code -Dcapstan.simulation.seeds=N} for how many, {@code -Dcapstan.simulation.first=N} for
 * the first of them, {@code -Dcapstan.simulation.seed=N} to replay one.
 */
class SimulationTest {

    private static final long SEEDS_DEFAULT = 1000;

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

    /** Fresh ones each time; the message of a failure names the seed. */
    @Test
    void seedsThatNobodyHasSeen() throws Exception {
        Runs.runAll(System.nanoTime() >>> 8, 50);
    }

    @Test
    void sameSeedIsTheSameRun() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            int once = Simulation.run(seed, directory, new Simulation.Totals());
            int again = Simulation.run(seed, directory, new Simulation.Totals());
            assertThat(again).as("seed %d", seed).isEqualTo(once);
        }
    }
}
