package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.GenerationRecord;
import io.capstan.fakes.DeferredExecutor;
import io.capstan.fakes.catalog.PoweredCatalog;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkStore;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V6: what the garbage collector may take and what not, compared with lists of what was on a tape. The power goes at any
 * write; whatever the step under way was, every generation that is kept is listed afterwards and says what it said, and what
 * is over is gone from the disks. One thread does everything, so that a seed is a run.
 */
final class GenerationsModelTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("CAP001L8");
    private static final Duration KEEP = Duration.ofHours(10);
    private static final int ROUNDS = 6;
    private static final int STEPS = 30;

    @TempDir Path directory;

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.rangeClosed(1, 8), LongStream.of(System.nanoTime() >>> 8));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsWhatItMustAndNothingElse(long seed) throws Exception {
        System.out.println("GenerationsModelTest seed " + seed);
        new Run(seed, directory).run();
    }

    /** Objects of a generation that is over, and since when. */
    private record Kept(List<byte[]> content, Instant ended) {}

    private static final class Run {

        private final Random random;
        private final SimulatedDisk disk;
        private final Path directory;
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private DeferredExecutor background = new DeferredExecutor();
        private Catalog catalog;
        private ChunkStore store;
        private Cartridges cartridges;

        /** What is on the tape. */
        private List<byte[]> current = List.of();

        private long generation;

        /** What was on it before, by number. */
        private final TreeMap<Long, Kept> kept = new TreeMap<>();

        /** Cartridges that show some of it. */
        private final TreeMap<VolumeIdentifier, Long> shown = new TreeMap<>();

        private final List<String> log = new ArrayList<>();
        private int barcodeCount;
        private int rebuildCount;

        /** What the tape holds once the step under way is done, and whether that is another generation. */
        private List<byte[]> pending = List.of();

        private boolean endsGeneration;

        /** What is there or not if the step under way is cut off. */
        private Optional<Long> dropped = Optional.empty();

        private Optional<VolumeIdentifier> shownOrNot = Optional.empty();
        private long shownGeneration;

        Run(long seed, Path directory) throws StoreException {
            this.random = new Random(seed);
            this.disk = new SimulatedDisk(seed);
            this.directory = directory;
            disk.capacityBytes(1L << 40);
            start();
        }

        private void start() throws StoreException {
            background = new DeferredExecutor();
            catalog = new PoweredCatalog(Node.openCatalog(directory.resolve("catalog")), disk);
            store =
                    ChunkStore.open(
                            List.of(Path.of("/disk0"), Path.of("/disk1")),
                            new StoreOptions(32 * 1024, 0),
                            disk);
            cartridges =
                    Cartridges.open(
                            catalog,
                            store,
                            disk,
                            () -> now,
                            () -> new UUID(random.nextLong(), random.nextLong()),
                            new BackgroundThreads(new DeferredExecutor(), background),
                            KeepGenerations.of(KEEP));
        }

        private void stop() {
            cartridges.close();
            catalog.close();
        }

        void run() throws StoreException {
            assertThat(cartridges.create(NewCartridge.of(VOLUME, 0x88, 0x5E, 10_000_000)))
                    .isEqualTo(CreateOutcome.CREATED);
            for (int round = 0; round < ROUNDS; round++) {
                if (random.nextInt(5) > 0) {
                    disk.losePowerAt(1 + random.nextInt(400));
                }
                stepUntilPowerIsLost();
                stop();
                disk.restart();
                start();
                takeOverWhatWasUnderWay();
                compare();
                cleanUpAndCompare();
            }
            stop();
        }

        // ---- doing

        private void stepUntilPowerIsLost() throws StoreException {
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
            } catch (StoreException e) {
                assertThat(disk.isPowerLost()).as("%s, after %s", e, log).isTrue();
            }
        }

        private void step() throws StoreException {
            now = now.plusSeconds(1);
            pending = current;
            endsGeneration = false;
            switch (random.nextInt(12)) {
                case 0, 1 -> append();
                case 2, 3, 4 -> overwrite();
                case 5 -> erase();
                case 6 -> format();
                case 7 -> show();
                case 8 -> destroyShown();
                case 9 -> drop();
                case 10 -> now = now.plus(Duration.ofHours(random.nextInt(6)));
                default -> background.runAll();
            }
        }

        private interface Change {
            void make(Medium medium) throws StoreException;
        }

        private void change(String text, List<byte[]> after, boolean isNewGeneration, Change change)
                throws StoreException {
            log.add(text);
            Medium medium = mount(VOLUME);
            pending = after;
            endsGeneration = isNewGeneration;
            change.make(medium);
            changed();
            medium.close();
        }

        private void changed() {
            if (endsGeneration) {
                if (!current.isEmpty()) {
                    kept.put(generation, new Kept(current, now));
                }
                generation++;
            }
            current = pending;
            endsGeneration = false;
        }

        private List<byte[]> randomBlocks() {
            List<byte[]> blocks = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] block = new byte[1 + random.nextInt(9000)];
                random.nextBytes(block);
                blocks.add(block);
            }
            return blocks;
        }

        private void append() throws StoreException {
            List<byte[]> blocks = randomBlocks();
            List<byte[]> after = new ArrayList<>(current);
            after.addAll(blocks);
            change(
                    "append",
                    after,
                    false,
                    medium -> {
                        medium.spaceToEndOfData();
                        write(medium, blocks);
                    });
        }

        /** A blank tape has nothing that would be overwritten. */
        private void overwrite() throws StoreException {
            List<byte[]> blocks = randomBlocks();
            change("overwrite", blocks, !current.isEmpty(), medium -> write(medium, blocks));
        }

        private static void write(Medium medium, List<byte[]> blocks) throws StoreException {
            for (byte[] block : blocks) {
                medium.append(DataOut.of(block), 0, block.length);
            }
            medium.synchronize();
        }

        private void erase() throws StoreException {
            change("erase", List.of(), !current.isEmpty(), Medium::erase);
        }

        private void format() throws StoreException {
            change(
                    "format",
                    List.of(),
                    true,
                    medium -> medium.format(List.of(5_000_000L + random.nextInt(5_000_000))));
        }

        private void show() throws StoreException {
            Optional<Long> number = someGeneration();
            if (number.isEmpty()) {
                return;
            }
            log.add("show " + number.get());
            VolumeIdentifier as = newBarcode("OLD");
            ShowOutcome expected =
                    isOver(number.get()) ? ShowOutcome.UNKNOWN_GENERATION : ShowOutcome.SHOWN;
            if (expected == ShowOutcome.SHOWN) {
                shownOrNot = Optional.of(as);
                shownGeneration = number.get();
            }
            assertThat(cartridges.show(VOLUME, number.get(), as)).isEqualTo(expected);
            shownOrNot.ifPresent(volume -> shown.put(volume, number.get()));
            shownOrNot = Optional.empty();
        }

        private void destroyShown() throws StoreException {
            if (shown.isEmpty()) {
                return;
            }
            log.add("destroy " + shown.firstKey());
            assertThat(cartridges.delete(VOLUME)).isEqualTo(DeleteOutcome.SHOWN);
            shownOrNot = Optional.of(shown.firstKey());
            shownGeneration = shown.pollFirstEntry().getValue();
            assertThat(cartridges.delete(shownOrNot.get())).isEqualTo(DeleteOutcome.DELETED);
            shownOrNot = Optional.empty();
        }

        private void drop() throws StoreException {
            Optional<Long> number = someGeneration();
            if (number.isEmpty()) {
                return;
            }
            log.add("drop " + number.get());
            DropOutcome expected =
                    shown.containsValue(number.get())
                            ? DropOutcome.SHOWN
                            : isOver(number.get()) ? DropOutcome.UNKNOWN : DropOutcome.DROPPED;
            dropped = number.filter(of -> expected == DropOutcome.DROPPED);
            assertThat(cartridges.drop(VOLUME, number.get())).isEqualTo(expected);
            dropped.ifPresent(kept::remove);
            dropped = Optional.empty();
        }

        private Optional<Long> someGeneration() {
            return kept.keySet().stream().skip(random.nextInt(kept.size() + 1)).findFirst();
        }

        private boolean isOver(long number) {
            return !shown.containsValue(number) && !now.isBefore(keptAs(number).ended().plus(KEEP));
        }

        private Kept keptAs(long number) {
            return Objects.requireNonNull(kept.get(number));
        }

        private VolumeIdentifier newBarcode(String prefix) {
            return new VolumeIdentifier("%s%03dL8".formatted(prefix, barcodeCount++));
        }

        // ---- comparing

        /** Of the step that the power cut off all has happened, or nothing, or of what was appended a whole prefix. */
        private void takeOverWhatWasUnderWay() throws StoreException {
            List<byte[]> found = contentOf(VOLUME);
            long foundGeneration = container().generation();
            if (foundGeneration == generation) {
                assertThat(
                                isPrefix(current, found)
                                        && (isPrefix(found, pending) || isSame(found, current)))
                        .as("after %s", log)
                        .isTrue();
                endsGeneration = false;
            } else {
                assertThat(foundGeneration).isEqualTo(generation + 1);
                assertThat(endsGeneration && isPrefix(found, pending)).as("after %s", log).isTrue();
            }
            pending = found;
            changed();
            if (dropped.isPresent() && !listed().contains(dropped.get())) {
                kept.remove(dropped.get());
            }
            dropped = Optional.empty();
            if (shownOrNot.isPresent() && cartridges.status(shownOrNot.get()).isPresent()) {
                shown.put(shownOrNot.get(), shownGeneration);
            }
            shownOrNot = Optional.empty();
        }

        private ContainerRecord container() {
            return catalog.read(view ->
                            view.cartridge(VOLUME)
                                    .flatMap(cartridge -> view.container(cartridge.container())))
                    .orElseThrow();
        }

        private List<Long> listed() throws StoreException {
            return cartridges.generations(VOLUME).orElseThrow().stream()
                    .map(GenerationStatus::generation)
                    .toList();
        }

        private void compare() throws StoreException {
            kept.keySet().removeIf(this::isOver);
            assertThat(listed()).as("after %s", log).containsExactlyElementsOf(kept.keySet());
            for (Map.Entry<Long, Kept> expected : kept.entrySet()) {
                VolumeIdentifier as = newBarcode("TMP");
                assertThat(cartridges.show(VOLUME, expected.getKey(), as))
                        .isEqualTo(ShowOutcome.SHOWN);
                assertContent(as, expected.getValue().content());
                assertThat(cartridges.delete(as)).isEqualTo(DeleteOutcome.DELETED);
            }
            for (Map.Entry<VolumeIdentifier, Long> view : shown.entrySet()) {
                assertContent(view.getKey(), keptAs(view.getValue()).content());
            }
            assertContent(VOLUME, current);
        }

        private void assertContent(VolumeIdentifier volume, List<byte[]> expected)
                throws StoreException {
            assertThat(isSame(contentOf(volume), expected))
                    .as("%s, after %s", volume, log)
                    .isTrue();
        }

        /** Once nothing waits to be done, the disks hold what is kept and not a chunk more. */
        private void cleanUpAndCompare() throws StoreException {
            background.runAll();
            kept.keySet().removeIf(this::isOver);
            ContainerId container = container().container();
            List<GenerationRecord> records = catalog.read(view -> view.generations(container));
            assertThat(records)
                    .extracting(GenerationRecord::generation)
                    .containsExactlyElementsOf(kept.keySet());
            List<ChunkRecord> deletable =
                    catalog.read(view -> view.chunks(ChunkState.DELETABLE, Optional.empty(), 10));
            assertThat(deletable).isEmpty();
            assertThat(MediumCheck.run(catalog, store, disk)).as("after %s", log).isEmpty();
            compareRebuilt(records);
        }

        private void compareRebuilt(List<GenerationRecord> expected) throws StoreException {
            try (Catalog rebuilt =
                    Node.openCatalog(directory.resolve("rebuilt" + rebuildCount++))) {
                assertThat(CatalogRebuild.run(store, disk, rebuilt).findings()).isEmpty();
                ContainerId container = container().container();
                List<GenerationRecord> found = rebuilt.read(view -> view.generations(container));
                assertThat(found)
                        .as("after %s", log)
                        .extracting(Run::withoutLayout)
                        .isEqualTo(expected.stream().map(Run::withoutLayout).toList());
                assertThat(MediumCheck.run(rebuilt, store, disk)).as("after %s", log).isEmpty();
            }
        }

        /** How large the partition was is not in chunks, and how long it took to write the first one of the next neither. */
        private static String withoutLayout(GenerationRecord generation) {
            return generation.generation()
                    + " "
                    + generation.partitions().stream()
                            .map(state -> state.endOfDataObject() + "/" + state.byteCount())
                            .toList();
        }

        private List<byte[]> contentOf(VolumeIdentifier volume) throws StoreException {
            try (Medium medium = mount(volume)) {
                return RandomTape.contentOf(medium).getFirst();
            }
        }

        private Medium mount(VolumeIdentifier volume) throws StoreException {
            if (cartridges.mount(volume) instanceof MountOutcome.Mounted(Medium medium)) {
                return medium;
            }
            throw new AssertionError(volume + " cannot be mounted");
        }

        private static boolean isSame(List<byte[]> one, List<byte[]> other) {
            return one.size() == other.size() && isPrefix(one, other);
        }

        private static boolean isPrefix(List<byte[]> one, List<byte[]> other) {
            return one.size() <= other.size()
                    && RandomTape.isSame(List.of(one), List.of(other.subList(0, one.size())));
        }
    }
}
