package io.capstan.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds. */
public final class Runs {

    private Runs() {}

    /** Runs {@code COUNT} seeds from {@code FIRST} on, {@code mirrored} or not, or up to the first that fails. */
    public static void main(String[] arguments) throws Exception {
        long started = System.nanoTime();
        try {
            Simulation.Totals totals =
                    runAll(
                            Long.parseLong(arguments[0]),
                            Long.parseLong(arguments[1]),
                            arguments.length > 2 && arguments[2].equals("mirrored"));
            System.out.printf(
                    "simulation: %s in %d s%n",
                    totals, (System.nanoTime() - started) / 1_000_000_000);
        } catch (AssertionError e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /**
     * Runs {@code count} seeds from {@code first} on, as many at once as there are processors.
     *
     * @throws AssertionError of one that fails; the others end first
     */
    public static Simulation.Totals runAll(long first, long count) throws Exception {
        return runAll(first, count, false);
    }

    /** As {@link #runAll(long, long)}, on mirrored pools if {@code mirrored}. */
    static Simulation.Totals runAll(long first, long count, boolean mirrored) throws Exception {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
        AtomicLong next = new AtomicLong(first);
        AtomicBoolean failed = new AtomicBoolean();
        Simulation.Totals totals = new Simulation.Totals();
        List<Future<Simulation.Totals>> parts = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                parts.add(executor.submit(() -> runSome(next, first + count, mirrored, failed)));
            }
            for (Future<Simulation.Totals> part : parts) {
                totals.add(part.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
        return totals;
    }

    private static Simulation.Totals runSome(
            AtomicLong next, long end, boolean mirrored, AtomicBoolean failed) throws IOException {
        Simulation.Totals totals = new Simulation.Totals();
        Path directory = scratch();
        boolean passed = true;
        try {
            for (long seed = next.getAndIncrement();
                    seed < end && !failed.get();
                    seed = next.getAndIncrement()) {
                passed = false;
                Simulation.run(seed, mirrored, directory, totals);
                passed = true;
            }
        } finally {
            if (!passed) {
                failed.set(true);
            }
            Files.delete(directory);
        }
        return totals;
    }

    /** Memory where there is a file system of it: the catalogs here need not outlive anything. */
    static Path scratch() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "capstan-simulation")
                : Files.createTempDirectory("capstan-simulation");
    }
}
