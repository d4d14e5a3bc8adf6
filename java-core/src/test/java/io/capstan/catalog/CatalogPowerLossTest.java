package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.RecordedDisk.Left;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What LMDB writes and flushes is recorded, and the power is lost behind each of those calls: with all that was written,
 * with nothing that was not forced to the disk, and with random parts of it. Each time the catalog opens and is, entry for
 * entry, what some whole number of changes leads to, none that was acknowledged missing.
 *
 * <p>{@code -Dcapstan.catalog.seeds=N} for how many seeds, {@code -Dcapstan.catalog.seed=N} to replay one, {@code
 * -Dcapstan.catalog.changes=N} for how many changes each.
 */
class CatalogPowerLossTest {

    private static final int CHANGES = Integer.getInteger("capstan.catalog.changes", 60);
    private static final int RANDOM_IMAGES = 2;

    private static final CatalogOptions OPTIONS =
            CatalogOptions.defaults()
                    .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                    .withClock(InstantSource.fixed(Instant.EPOCH))
                    .withNodeIds(() -> new UUID(0, 1));

    private Path scratch = Path.of("");

    static LongStream seeds() {
        Long replayed = Long.getLong("capstan.catalog.seed");
        long fresh = System.nanoTime() >>> 8;
        return replayed != null
                ? LongStream.of(replayed)
                : LongStream.concat(
                        LongStream.of(1),
                        LongStream.range(
                                fresh, fresh - 1 + Long.getLong("capstan.catalog.seeds", 2)));
    }

    /** Makes the changes of a seed, some of them at once, and notes in the log which are acknowledged. */
    static final class Recorded {

        private Recorded() {}

        public static void main(String[] arguments) throws IOException {
            NumberedChanges changes = new NumberedChanges(Long.parseLong(arguments[2]));
            Random random = new Random(Long.parseLong(arguments[2]));
            int count = Integer.parseInt(arguments[3]);
            try (FileChannel log = RecordedEvent.appendTo(Path.of(arguments[1]));
                    Catalog catalog = Catalog.open(Path.of(arguments[0]), OPTIONS)) {
                RecordedEvent.acknowledge(log, 0);
                int submitted = 0;
                while (submitted < count) {
                    List<CompletableFuture<@Nullable Void>> together = new ArrayList<>();
                    for (int i = random.nextInt(4); i >= 0 && submitted < count; i--) {
                        together.add(catalog.submit(changes.change(++submitted)));
                    }
                    together.forEach(CompletableFuture::join);
                    RecordedEvent.acknowledge(log, submitted);
                }
            }
            System.out.println("done");
        }
    }

    /** In memory where there is a file system of it: images are many, and none is worth keeping. */
    @BeforeEach
    void makeScratch() throws IOException {
        Path memory = Path.of("/dev/shm");
        scratch =
                Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "capstan-catalog")
                        : Files.createTempDirectory("capstan-catalog");
    }

    @AfterEach
    void deleteScratch() throws IOException {
        delete(scratch);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyImageHoldsWhatWasAcknowledged(long seed) throws Exception {
        System.out.println("CatalogPowerLossTest seed " + seed);
        int images = openEveryImage(record(seed), seed);
        System.out.println("CatalogPowerLossTest: " + images + " images opened");
        assertThat(images).isGreaterThan(5 * CHANGES);
    }

    /** Were the data not flushed ahead of the page that refers to them, this test would see it. */
    @Test
    void seesThatDataIsNotFlushed() throws Exception {
        List<RecordedEvent> unflushed =
                changedOnceOpen(
                        record(7),
                        event ->
                                event instanceof RecordedEvent.Flush
                                        ? new RecordedEvent.Acknowledged(0)
                                        : event);

        assertThatThrownBy(() -> openEveryImage(unflushed, 7)).isInstanceOf(AssertionError.class);
    }

    /** Were the page that refers to the data not forced, this test would see it. */
    @Test
    void seesThatACommitIsNotForced() throws Exception {
        List<RecordedEvent> unforced =
                changedOnceOpen(
                        record(7),
                        event ->
                                event instanceof RecordedEvent.Write write
                                        ? new RecordedEvent.Write(
                                                write.path(), write.offset(), write.data(), false)
                                        : event);

        assertThatThrownBy(() -> openEveryImage(unforced, 7))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("acknowledged");
    }

    /** The events with a mistake in them from the time on when the catalog was open. */
    private static List<RecordedEvent> changedOnceOpen(
            List<RecordedEvent> events, UnaryOperator<RecordedEvent> mistake) {
        int open = events.indexOf(new RecordedEvent.Acknowledged(0));
        List<RecordedEvent> changed = new ArrayList<>(events);
        changed.subList(open + 1, changed.size()).replaceAll(mistake);
        return changed;
    }

    private List<RecordedEvent> record(long seed) throws Exception {
        Path library = compileRecorder();
        Path log = Files.createFile(scratch.resolve("events"));
        Map<String, String> environment =
                Map.of(
                        "LD_PRELOAD", library.toString(),
                        "CAPSTAN_RECORD_DIRECTORY", recorded().toString(),
                        "CAPSTAN_RECORD_LOG", log.toString());
        try (ChildProcess child =
                ChildProcess.start(
                        environment,
                        Recorded.class,
                        recorded().toString(),
                        log.toString(),
                        Long.toString(seed),
                        Integer.toString(CHANGES))) {
            assertThat(child.readLine()).isEqualTo("done");
        }
        return RecordedEvent.readAll(log);
    }

    private Path recorded() {
        return scratch.resolve("recorded");
    }

    private Path compileRecorder() throws Exception {
        Path library = scratch.resolve("record_writes.so");
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-std=c11",
                                "-O1",
                                "-Wall",
                                "-Wextra",
                                "-Werror",
                                "-D_GNU_SOURCE",
                                "-shared",
                                "-fPIC",
                                "-o",
                                library.toString(),
                                "src/test/native/record_writes.c")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(gcc.waitFor()).as(output).isZero();
        return library;
    }

    /** Returns how many there are. */
    private int openEveryImage(List<RecordedEvent> events, long seed) throws IOException {
        List<Long> states = statesOf(seed);
        RecordedDisk disk = new RecordedDisk();
        Random random = new Random(seed);
        int acknowledged = 0;
        int images = 0;
        for (int i = 0; i < events.size(); i++) {
            disk.apply(events.get(i));
            if (events.get(i) instanceof RecordedEvent.Acknowledged(int changes)) {
                acknowledged = Math.max(acknowledged, changes);
                continue;
            }
            String when = "seed %d, event %d of %d".formatted(seed, i, events.size());
            open(disk, Left.ALL, random, acknowledged, states, when);
            open(disk, Left.NOTHING, random, acknowledged, states, when);
            for (int j = 0; j < RANDOM_IMAGES; j++) {
                open(disk, Left.SOME, random, acknowledged, states, when);
            }
            images += 2 + RANDOM_IMAGES;
        }
        assertThat(acknowledged).isEqualTo(CHANGES);
        return images;
    }

    private void open(
            RecordedDisk disk,
            Left left,
            Random random,
            int acknowledged,
            List<Long> states,
            String when)
            throws IOException {
        Path image = scratch.resolve("image");
        delete(image);
        Files.createDirectories(image);
        disk.leave(left, random, recorded(), image);
        try (Catalog catalog = Catalog.open(image, OPTIONS.withSynchronousCommits(false))) {
            int last = NumberedChanges.lastIn(catalog);
            assertThat(last)
                    .as("%s, %s left: changes there, of those acknowledged", when, left)
                    .isBetween(acknowledged, CHANGES);
            assertThat(NumberedChanges.digest(catalog))
                    .as("%s, %s left: all entries after change %d", when, left, last)
                    .isEqualTo(states.get(last));
        } catch (CatalogException e) {
            throw new AssertionError("%s, %s left: does not open".formatted(when, left), e);
        }
    }

    /** What the catalog is after no change, one, two and so on. */
    private List<Long> statesOf(long seed) {
        List<Long> states = new ArrayList<>();
        NumberedChanges changes = new NumberedChanges(seed);
        try (Catalog catalog =
                Catalog.open(scratch.resolve("model"), OPTIONS.withSynchronousCommits(false))) {
            states.add(NumberedChanges.digest(catalog));
            for (int number = 1; number <= CHANGES; number++) {
                catalog.commit(changes.change(number));
                states.add(NumberedChanges.digest(catalog));
            }
        }
        return states;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
