package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.CatalogFinding.Kind;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random changes, sensible and not, must do the same to the catalog as to a few plain maps. */
class CatalogModelTest {

    private static final int TRANSACTIONS = 400;
    private static final CatalogOptions OPTIONS =
            CatalogOptions.defaults()
                    .withSynchronousCommits(false)
                    .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES);

    /** Rules that no change can break, however senseless. */
    private static final List<Kind> KEPT_RULES =
            List.of(
                    Kind.UNDECODABLE_ENTRY,
                    Kind.ELEMENT_WITH_UNKNOWN_CARTRIDGE,
                    Kind.CARTRIDGE_IN_TWO_ELEMENTS,
                    Kind.ELEMENT_INDEX_WRONG,
                    Kind.RUN_HOLE,
                    Kind.RUN_OVERLAP,
                    Kind.RUN_WITHOUT_CHUNK,
                    Kind.FILEMARK_INDEX_WRONG,
                    Kind.REFERENCE_COUNT_WRONG);

    @TempDir Path directory;

    private Random random = new Random(0);
    private ModelTransaction model = new ModelTransaction();

    static LongStream seeds() {
        long fresh = System.nanoTime();
        return LongStream.of(1, 2, 3, 4, fresh);
    }

    /** A change that is the same thing to the catalog and to the model, and what it gives. */
    private interface Operation extends Function<CatalogTransaction, Object> {}

    /** A query that is the same thing to both. */
    private interface Query extends Function<CatalogView, Object> {}

    private static final class Rollback extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void behavesLikePlainMaps(long seed) {
        System.out.println("CatalogModelTest seed " + seed);
        random = new Random(seed);
        Catalog catalog = Catalog.open(directory, OPTIONS);
        try {
            for (int i = 0; i < TRANSACTIONS; i++) {
                runTransaction(catalog);
                if (random.nextInt(40) == 0) {
                    catalog.close();
                    catalog = Catalog.open(directory, OPTIONS);
                }
                if (random.nextInt(10) == 0) {
                    compareEverything(catalog);
                }
            }
            compareEverything(catalog);
        } finally {
            catalog.close();
        }
    }

    /** Several operations in one change; one that breaks a rule changes nothing, and the others go on. */
    private void runTransaction(Catalog catalog) {
        List<Operation> operations = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            operations.add(randomOperation());
        }
        boolean isRolledBack = random.nextInt(8) == 0;
        ModelTransaction changed = model.copy();
        List<Object> expected = apply(operations, changed);
        List<Object> found = new ArrayList<>();
        try {
            catalog.commit(transaction -> {
                found.clear();
                found.addAll(apply(operations, transaction));
                if (isRolledBack) {
                    throw new Rollback();
                }
            });
            model = changed;
        } catch (Rollback e) {
            assertThat(isRolledBack).isTrue();
        }
        assertThat(found).isEqualTo(expected);
    }

    private static List<Object> apply(List<Operation> operations, CatalogTransaction transaction) {
        List<Object> results = new ArrayList<>();
        for (Operation operation : operations) {
            try {
                results.add(operation.apply(transaction));
            } catch (IllegalStateException | IllegalArgumentException e) {
                results.add("a rule is broken");
            }
        }
        return results;
    }

    private void compareEverything(Catalog catalog) {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            VolumeIdentifier volume = randomVolume();
            ContainerId container = new ContainerId(0, i);
            String library = "lib" + i;
            String prefix = "V" + random.nextInt(3);
            Optional<VolumeIdentifier> after =
                    random.nextBoolean() ? Optional.empty() : Optional.of(randomVolume());
            int limit = 1 + random.nextInt(10);
            ChunkState state = randomState(3);
            Optional<ChunkId> afterChunk =
                    random.nextBoolean() ? Optional.empty() : Optional.of(randomChunkId());
            queries.add(view -> view.cartridge(volume));
            queries.add(view -> view.cartridges("", Optional.empty(), 1000));
            queries.add(view -> view.cartridges(prefix, after, limit));
            queries.add(view -> collect(view::forEachCartridge));
            queries.add(view -> collect(view::forEachContainer));
            queries.add(view -> view.elementOf(volume));
            queries.add(view -> view.elements(library));
            queries.add(view -> view.identity("name" + limit));
            queries.add(view ->
                    view.parameters("page" + limit)
                            .map(bytes -> new String(bytes, StandardCharsets.UTF_8)));
            queries.add(view -> view.chunks(state, Optional.empty(), 1000));
            queries.add(view -> view.chunks(state, afterChunk, limit));
            queries.add(view -> view.chunksOf(container, 0, 1000));
            queries.add(view -> view.chunksOf(container, limit, limit));
            queries.add(view -> view.chunks(afterChunk, limit));
            DiskId disk = disk(random.nextInt(3));
            queries.add(view -> view.disk(disk));
            queries.add(CatalogView::disks);
            queries.add(view -> view.chunksOn(disk, Optional.empty(), 1000));
            queries.add(view -> view.chunksOn(disk, afterChunk, limit));
            queries.add(view -> view.chunkCountOn(disk));
            queries.add(view -> view.badCopies(Optional.empty(), 1000));
            queries.add(view -> view.auditTail(limit));
            queries.add(view -> view.tierCopies(Optional.empty(), 1000));
            queries.add(view -> afterTheFirst(view, limit));
            queries.add(view -> view.jobs(0, 1000));
            queries.add(view -> view.jobs(limit, limit));
            queries.add(view -> view.job(limit));
            queries.add(view -> view.transit(volume));
            queries.add(view -> view.generations(container));
            queries.add(view -> view.generation(container, limit / 3));
            queries.add(view -> view.shownGeneration(volume));
            queries.add(CatalogView::shownGenerations);
            for (int generation = 0; generation < 4; generation++) {
                for (int partition = 0; partition < 2; partition++) {
                    addRunQueries(queries, new PartitionId(container, generation, partition));
                }
            }
        }
        for (long sequence = 1; sequence < 40; sequence++) {
            ChunkId chunk = new ChunkId(new ContainerId(0, sequence % 5), sequence);
            queries.add(view -> view.chunk(chunk));
            queries.add(view -> view.tierCopies(chunk));
            queries.add(view -> view.referenceCount(chunk));
        }
        List<Object> found = catalog.read(view -> queriesOn(queries, view));
        assertThat(found).isEqualTo(queriesOn(queries, model));
        assertThat(catalog.check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::kind)
                .doesNotContainAnyElementsOf(KEPT_RULES);
    }

    private static List<TierCopyRecord> afterTheFirst(CatalogView view, int limit) {
        return view.tierCopies(view.tierCopies(Optional.empty(), 1).stream().findFirst(), limit);
    }

    private void addRunQueries(List<Query> queries, PartitionId partition) {
        long object = random.nextInt(60);
        queries.add(view -> view.runs(partition, 0, 1000));
        queries.add(view -> view.runs(partition, object, 2));
        queries.add(view -> view.runAt(partition, object));
        queries.add(view -> view.runOfFilemark(partition, object / 4));
        queries.add(view -> view.lastRun(partition));
    }

    private static List<Object> queriesOn(List<Query> queries, CatalogView view) {
        return queries.stream().map(query -> query.apply(view)).toList();
    }

    private static <T> List<T> collect(
            java.util.function.Consumer<java.util.function.Consumer<T>> forEach) {
        List<T> all = new ArrayList<>();
        forEach.accept(all::add);
        return all;
    }

    private Operation randomOperation() {
        return switch (random.nextInt(27)) {
            case 0, 1 -> putCartridge();
            case 2 -> volumeOperation();
            case 3, 4 -> putElement();
            case 5 -> {
                ElementLocation location = randomLocation();
                yield transaction -> transaction.clearElement(location);
            }
            case 6 -> moveElement();
            case 7 -> exchangeElements();
            case 8 -> namedValue();
            case 9, 10 -> putContainer();
            case 11, 12, 13 -> putChunk();
            case 14, 15, 16, 17 -> putRun();
            case 18 -> truncate();
            case 19 -> putDisk();
            case 20 -> putBadCopy();
            case 21 -> tierCopy();
            case 22 -> putJob();
            case 23 -> transit();
            case 24, 25 -> generation();
            default -> removal();
        };
    }

    private Operation putCartridge() {
        CartridgeRecord sample =
                Samples.cartridge(randomVolume(), randomContainer())
                        .withLoadCount(random.nextInt(1000));
        CartridgeRecord cartridge =
                random.nextInt(10) == 0 ? sample.withState(CartridgeState.DESTROYED) : sample;
        return done(transaction -> transaction.putCartridge(cartridge));
    }

    private Operation volumeOperation() {
        VolumeIdentifier volume = randomVolume();
        return random.nextBoolean()
                ? transaction -> transaction.destroyCartridge(volume)
                : transaction -> transaction.removeCartridge(volume);
    }

    private Operation putElement() {
        ElementRecord element =
                new ElementRecord(randomLocation(), randomVolume(), randomAddress());
        return transaction -> transaction.putElement(element);
    }

    private Operation moveElement() {
        ElementLocation from = randomLocation();
        ElementLocation to = randomLocation();
        OptionalInt source = randomAddress();
        return transaction -> transaction.moveElement(from, to, source);
    }

    private Operation exchangeElements() {
        ElementLocation source = randomLocation();
        ElementLocation first = randomLocation();
        ElementLocation second = random.nextBoolean() ? source : randomLocation();
        OptionalInt firstSource = randomAddress();
        OptionalInt secondSource = randomAddress();
        return transaction ->
                transaction.exchangeElements(source, first, second, firstSource, secondSource);
    }

    private Operation namedValue() {
        String value = "value" + random.nextInt(1000);
        String name = String.valueOf(random.nextInt(10));
        return switch (random.nextInt(4)) {
            case 0 -> transaction -> transaction.putIdentityIfAbsent("name" + name, value);
            case 1 -> done(transaction -> transaction.putParameters("page" + name, bytes(value)));
            case 2 -> transaction -> transaction.removeParameters("page" + name);
            default ->
                    done(transaction ->
                            transaction.appendAudit(new AuditRecord(1, "who", value, "done")));
        };
    }

    private Operation putContainer() {
        ContainerRecord container =
                new ContainerRecord(
                        randomContainer(),
                        random.nextInt(4),
                        1 + random.nextInt(3),
                        random.nextBoolean(),
                        List.of(PartitionState.empty(1), PartitionState.empty(random.nextInt(9))));
        return done(transaction -> transaction.putContainer(container));
    }

    private Operation putChunk() {
        ChunkRecord chunk =
                new ChunkRecord(
                        randomChunkId(),
                        random.nextInt(12) == 0 ? ChunkState.DELETABLE : randomState(2),
                        random.nextInt(1 << 20),
                        10 + random.nextInt(10),
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(ChunkDigest.of(new byte[ChunkDigest.LENGTH_BYTES])),
                        randomDisks());
        return done(transaction -> transaction.putChunk(chunk));
    }

    private List<DiskId> randomDisks() {
        List<DiskId> disks = new ArrayList<>(List.of(disk(0), disk(1), disk(2)));
        Collections.shuffle(disks, random);
        return disks.subList(0, random.nextInt(4));
    }

    private static DiskId disk(int number) {
        return new DiskId(number, 0);
    }

    private Operation putDisk() {
        DiskRecord disk =
                DiskRecord.added(disk(random.nextInt(3)), "/data" + random.nextInt(2), "default")
                        .withStale(random.nextBoolean());
        return done(transaction -> transaction.putDisk(disk));
    }

    private Operation putBadCopy() {
        BadCopyRecord copy =
                new BadCopyRecord(
                        randomChunkId(), disk(random.nextInt(3)), random.nextInt(9), "bad");
        return done(transaction -> transaction.putBadCopy(copy));
    }

    private Operation tierCopy() {
        ChunkId chunk = randomChunkId();
        String tier = "tier" + random.nextInt(3);
        TierCopyRecord copy = Samples.tierCopy(chunk, tier, random.nextInt(100));
        return random.nextInt(3) == 0
                ? transaction -> transaction.removeTierCopy(chunk, tier)
                : done(transaction -> transaction.putTierCopy(copy));
    }

    private Operation putJob() {
        int number = random.nextInt(12);
        VolumeIdentifier volume = randomVolume();
        JobState state = List.of(JobState.values()).get(random.nextInt(5));
        return done(transaction -> {
            long job = number < 6 ? transaction.nextJob() : number;
            transaction.putJob(Samples.job(job, volume).with(state, number, 5, "because", 6));
        });
    }

    private Operation transit() {
        VolumeIdentifier volume = randomVolume();
        TransitRecord transit = new TransitRecord(volume, random.nextInt(5));
        return random.nextBoolean()
                ? transaction -> transaction.removeTransit(volume)
                : done(transaction -> transaction.putTransit(transit));
    }

    private Operation generation() {
        ContainerId container = randomContainer();
        VolumeIdentifier shownAs = randomVolume();
        int generation = random.nextInt(4);
        int endedEpochMillis = random.nextInt(1000);
        return switch (random.nextInt(5)) {
            case 0, 1 ->
                    done(transaction ->
                            transaction.putGeneration(
                                    new GenerationRecord(
                                            container,
                                            generation,
                                            endedEpochMillis,
                                            List.of(
                                                    end(transaction, container, generation, 0),
                                                    end(transaction, container, generation, 1)))));
            case 2 -> transaction -> transaction.removeGeneration(container, generation);
            case 3 ->
                    done(transaction ->
                            transaction.putShownGeneration(
                                    new ShownGeneration(shownAs, shownAs, container, generation)));
            default -> transaction -> transaction.removeShownGeneration(shownAs);
        };
    }

    private static PartitionState end(
            CatalogView view, ContainerId container, long generation, int partition) {
        Optional<Run> last = view.lastRun(new PartitionId(container, generation, partition));
        return new PartitionState(
                1,
                last.map(Run::endObject).orElse(0L),
                last.map(Run::endFilemark).orElse(0L),
                last.map(Run::endByte).orElse(0L));
    }

    /** Mostly a run that fits at end of data or in place of the last one, so that partitions get long. */
    private Operation putRun() {
        PartitionId partition = randomPartition();
        ChunkId chunk = randomChunkId();
        long objectCount = random.nextLong(1, 13);
        long filemarkCount = random.nextInt(3) == 0 ? random.nextInt((int) objectCount) : 0;
        long offBy = random.nextInt(15) == 0 ? 1 : 0;
        int place = random.nextInt(4);
        return done(transaction -> {
            Optional<Run> before =
                    place == 0
                            ? transaction.runAt(partition, objectCount)
                            : transaction.lastRun(partition);
            boolean replaces = before.isPresent() && place <= 1;
            long firstObject = before.map(replaces ? Run::firstObject : Run::endObject).orElse(0L);
            long firstFilemark =
                    before.map(replaces ? Run::firstFilemark : Run::endFilemark).orElse(0L);
            long firstByte = before.map(replaces ? Run::firstByte : Run::endByte).orElse(0L);
            transaction.putRun(
                    new Run(
                            partition,
                            firstObject + offBy,
                            chunk,
                            place == 0 && replaces ? before.get().objectCount() : objectCount,
                            firstFilemark,
                            place == 0 && replaces ? before.get().filemarkCount() : filemarkCount,
                            firstByte,
                            place == 0 && replaces ? before.get().byteCount() : objectCount * 100));
        });
    }

    private Operation truncate() {
        PartitionId partition = randomPartition();
        long fromObject = random.nextInt(60);
        long filemarkCount = random.nextInt(2);
        return done(transaction -> {
            Optional<Run> cut =
                    transaction
                            .runAt(partition, fromObject)
                            .filter(run -> run.holds(fromObject))
                            .filter(run -> run.firstObject() != fromObject);
            RunHead head =
                    cut.map(run -> fromObject - run.firstObject())
                            .map(count -> new RunHead(count, filemarkCount, count * 100))
                            .orElse(RunHead.NONE);
            transaction.truncateRuns(partition, fromObject, head);
        });
    }

    private Operation removal() {
        ContainerId container = randomContainer();
        ChunkId chunk = randomChunkId();
        int generation = random.nextInt(4);
        DiskId disk = disk(random.nextInt(3));
        return switch (random.nextInt(5)) {
            case 0 -> transaction -> transaction.removeContainer(container);
            case 1 -> transaction -> transaction.removeChunk(chunk);
            case 2 -> transaction -> transaction.removeBadCopy(chunk, disk);
            case 3 -> transaction -> transaction.removeDisk(disk);
            default -> transaction -> transaction.reclaim(container, generation, 3);
        };
    }

    private static Operation done(java.util.function.Consumer<CatalogTransaction> change) {
        return transaction -> {
            change.accept(transaction);
            return "done";
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ChunkState randomState(int count) {
        return List.of(ChunkState.OPEN, ChunkState.SEALED, ChunkState.DELETABLE)
                .get(random.nextInt(count));
    }

    private VolumeIdentifier randomVolume() {
        return new VolumeIdentifier("V" + random.nextInt(30));
    }

    private ContainerId randomContainer() {
        return new ContainerId(0, random.nextInt(5));
    }

    private PartitionId randomPartition() {
        return new PartitionId(randomContainer(), random.nextInt(4), random.nextInt(2));
    }

    private ChunkId randomChunkId() {
        long sequence = random.nextLong(1, 40);
        return new ChunkId(new ContainerId(0, sequence % 5), sequence);
    }

    private ElementLocation randomLocation() {
        return new ElementLocation("lib" + random.nextInt(3), random.nextInt(12));
    }

    private OptionalInt randomAddress() {
        return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(12));
    }
}
