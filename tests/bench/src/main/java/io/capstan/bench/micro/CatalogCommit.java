package io.capstan.bench.micro;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Durable commits of a small change, by one thread and by eight, whose changes share commits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class CatalogCommit {

    private final AtomicInteger next = new AtomicInteger();
    private Path directory;
    private Catalog catalog;

    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("."), "bench");
        catalog = Catalog.open(directory, CatalogOptions.defaults());
    }

    @Benchmark
    @Threads(1)
    public void oneThread() {
        commit();
    }

    @Benchmark
    @Threads(8)
    public void eightThreads() {
        commit();
    }

    private void commit() {
        int number = next.incrementAndGet();
        byte[] value = {(byte) number, (byte) (number >> 8), (byte) (number >> 16)};
        catalog.commit(change -> change.putParameters("bench" + number % 1000, value));
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        catalog.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
