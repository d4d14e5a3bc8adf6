package io.capstan.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds every mistake of {@link Mutation} within the seeds stated there. */
class MutationTest {

    @ParameterizedTest
    @EnumSource
    void isFound(Mutation mutation) throws Exception {
        int seed = firstFailingSeed(mutation);

        System.out.println("mutation " + mutation + ": found by seed " + seed);
        assertThat(seed).as("no seed finds it").isBetween(1, mutation.seedsMax);
    }

    private static int firstFailingSeed(Mutation mutation) throws Exception {
        Class<?> mutated = Class.forName(Simulation.class.getName(), true, mutation.loader());
        Class<?> totalsClass =
                Class.forName(Simulation.Totals.class.getName(), true, mutated.getClassLoader());
        Method run = mutated.getMethod("run", long.class, boolean.class, Path.class, totalsClass);
        Object totals = totalsClass.getConstructor().newInstance();
        Path directory = Runs.scratch();
        try {
            for (int seed = 1; seed <= mutation.seedsMax; seed++) {
                if (!passes(run, seed, mutation.isMirrored, directory, totals)) {
                    return seed;
                }
            }
            return 0;
        } finally {
            Files.delete(directory);
        }
    }

    /** What is not an assertion of the simulation is a mistake of the test. */
    private static boolean passes(
            Method run, long seed, boolean mirrored, Path directory, Object totals)
            throws IllegalAccessException {
        try {
            run.invoke(null, seed, mirrored, directory, totals);
            return true;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof AssertionError found
                    && !(found.getCause() instanceof LinkageError)) {
                return false;
            }
            throw new IllegalStateException("seed " + seed, e.getCause());
        }
    }
}
