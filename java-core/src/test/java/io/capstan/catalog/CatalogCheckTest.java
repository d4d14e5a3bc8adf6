package io.capstan.catalog;

import static io.capstan.catalog.Samples.CONTAINER;
import static io.capstan.catalog.Samples.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.CatalogFinding.Kind;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every inconsistency that is planted into a healthy catalog is found, and nothing else. */
class CatalogCheckTest {

    private static final VolumeIdentifier OTHER_VOLUME = new VolumeIdentifier("CAP002L8");
    private static final VolumeIdentifier DESTROYED_VOLUME = new VolumeIdentifier("CAP003L8");
    private static final ContainerId OTHER_CONTAINER = new ContainerId(7, 7);

    private static final Run FIRST = Samples.firstRun(1, 100, 2);
    private static final Run SECOND = Samples.runAfter(FIRST, 2, 50, 0);
    private static final Run THIRD = Samples.runAfter(SECOND, 3, 10, 1);
    private static final ContainerRecord HEALTHY = Samples.container(CONTAINER, 3, THIRD);

    @TempDir Path directory;

    private Catalog catalog;

    /**
     * An inconsistency.
     *
     * @param kinds everything it must make the check find; the first one is what it is about
     */
    record Plant(String name, List<Kind> kinds, Consumer<RawTransaction> change) {

        static Plant of(String name, Consumer<RawTransaction> change, Kind... kinds) {
            return new Plant(name, List.of(kinds), change);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Plant> plants() {
        return Stream.of(
                Plant.of(
                        "flipped bit",
                        raw ->
                                flipBit(
                                        raw,
                                        Database.CONTAINERS,
                                        ContainerDescriptor.key(CONTAINER)),
                        Kind.UNDECODABLE_ENTRY),
                Plant.of(
                        "flipped bit in a run",
                        raw -> flipBit(raw, Database.RUNS, RunDescriptor.INSTANCE.key(THIRD)),
                        Kind.UNDECODABLE_ENTRY,
                        Kind.REFERENCE_COUNT_WRONG),
                Plant.of(
                        "value cut off",
                        raw ->
                                raw.put(
                                        Database.META,
                                        NamedValueDescriptor.key("node-id"),
                                        new byte[] {1, 2}),
                        Kind.UNDECODABLE_ENTRY),
                Plant.of(
                        "value under another key",
                        raw ->
                                raw.put(
                                        Database.AUDIT,
                                        AuditDescriptor.key(9),
                                        valueOf(raw, Database.AUDIT, AuditDescriptor.key(0))),
                        Kind.UNDECODABLE_ENTRY),
                Plant.of(
                        "container gone",
                        raw ->
                                raw.delete(
                                        Database.CONTAINERS,
                                        ContainerDescriptor.key(OTHER_CONTAINER)),
                        Kind.CARTRIDGE_WITHOUT_CONTAINER),
                Plant.of(
                        "shared container",
                        raw ->
                                put(
                                        raw,
                                        CartridgeDescriptor.INSTANCE,
                                        Samples.cartridge(OTHER_VOLUME, CONTAINER)),
                        Kind.CONTAINER_OF_TWO_CARTRIDGES),
                Plant.of(
                        "cartridge gone",
                        raw -> raw.delete(Database.CARTRIDGES, CartridgeDescriptor.key(VOLUME)),
                        Kind.ELEMENT_WITH_UNKNOWN_CARTRIDGE),
                Plant.of(
                        "tombstone in an element",
                        raw ->
                                put(
                                        raw,
                                        CartridgeDescriptor.INSTANCE,
                                        Samples.cartridge(VOLUME, CONTAINER)
                                                .withState(CartridgeState.DESTROYED)),
                        Kind.ELEMENT_WITH_UNKNOWN_CARTRIDGE),
                Plant.of(
                        "same cartridge twice",
                        raw ->
                                put(
                                        raw,
                                        ElementDescriptor.INSTANCE,
                                        Samples.element("lib1", 9, VOLUME)),
                        Kind.CARTRIDGE_IN_TWO_ELEMENTS),
                Plant.of(
                        "no reverse entry",
                        raw ->
                                raw.delete(
                                        Database.CARTRIDGE_ELEMENTS,
                                        CartridgeDescriptor.key(VOLUME)),
                        Kind.ELEMENT_INDEX_WRONG),
                Plant.of(
                        "stray reverse entry",
                        raw ->
                                put(
                                        raw,
                                        CartridgeElementDescriptor.INSTANCE,
                                        new CartridgeElementDescriptor.Entry(
                                                OTHER_VOLUME, new ElementLocation("lib0", 1000))),
                        Kind.ELEMENT_INDEX_WRONG),
                Plant.of(
                        "empty element with a reverse entry",
                        raw ->
                                raw.delete(
                                        Database.ELEMENTS,
                                        ElementDescriptor.key(new ElementLocation("lib0", 1000))),
                        Kind.ELEMENT_INDEX_WRONG),
                Plant.of(
                        "wrong end of data",
                        raw ->
                                put(
                                        raw,
                                        ContainerDescriptor.INSTANCE,
                                        Samples.container(CONTAINER, 3, SECOND)),
                        Kind.PARTITION_STATE_WRONG),
                Plant.of(
                        "end of data without runs",
                        raw ->
                                put(
                                        raw,
                                        ContainerDescriptor.INSTANCE,
                                        Samples.container(OTHER_CONTAINER, 0, SECOND)),
                        Kind.PARTITION_STATE_WRONG),
                Plant.of(
                        "run of a generation to come",
                        raw -> {
                            Run run = moved(THIRD, new PartitionId(CONTAINER, 4, 0), 0, 0, 0);
                            replace(raw, THIRD, run);
                            put(
                                    raw,
                                    ContainerDescriptor.INSTANCE,
                                    Samples.container(CONTAINER, 3, SECOND));
                        },
                        Kind.RUN_OUT_OF_PLACE),
                Plant.of(
                        "run of no container",
                        raw -> {
                            PartitionId nowhere = new PartitionId(new ContainerId(8, 8), 0, 0);
                            replace(raw, THIRD, moved(THIRD, nowhere, 0, 0, 0));
                            put(
                                    raw,
                                    ContainerDescriptor.INSTANCE,
                                    Samples.container(CONTAINER, 3, SECOND));
                        },
                        Kind.RUN_OUT_OF_PLACE),
                Plant.of(
                        "hole in objects",
                        raw ->
                                replace(
                                        raw,
                                        SECOND,
                                        moved(SECOND, SECOND.partition(), 101, 2, 51200, 49)),
                        Kind.RUN_HOLE),
                Plant.of(
                        "first run gone",
                        raw -> {
                            remove(raw, FIRST);
                            raw.delete(Database.CHUNKS, ChunkDescriptor.key(FIRST.chunk()));
                            deleteState(raw, FIRST.chunk());
                            deleteCopy(raw, FIRST.chunk());
                        },
                        Kind.RUN_HOLE),
                Plant.of(
                        "overlapping runs",
                        raw ->
                                replace(
                                        raw,
                                        SECOND,
                                        moved(SECOND, SECOND.partition(), 99, 2, 51200, 51)),
                        Kind.RUN_OVERLAP),
                Plant.of(
                        "overlapping filemarks",
                        raw -> replace(raw, THIRD, moved(THIRD, THIRD.partition(), 150, 1, 76800)),
                        Kind.RUN_OVERLAP,
                        Kind.PARTITION_STATE_WRONG),
                Plant.of(
                        "bytes that no run holds",
                        raw -> replace(raw, THIRD, moved(THIRD, THIRD.partition(), 150, 2, 76801)),
                        Kind.RUN_HOLE,
                        Kind.PARTITION_STATE_WRONG),
                Plant.of(
                        "chunk record gone",
                        raw -> {
                            raw.delete(Database.CHUNKS, ChunkDescriptor.key(SECOND.chunk()));
                            deleteState(raw, SECOND.chunk());
                            deleteCopy(raw, SECOND.chunk());
                        },
                        Kind.RUN_WITHOUT_CHUNK),
                Plant.of(
                        "chunk shorter than its run",
                        raw -> putChunk(raw, Samples.chunk(1).withLength(100, 99), 1),
                        Kind.RUN_LONGER_THAN_CHUNK),
                Plant.of(
                        "two runs of a chunk",
                        raw -> {
                            replace(raw, SECOND, withChunk(SECOND, FIRST.chunk()));
                            putChunk(raw, Samples.chunk(1), 2);
                            putChunk(raw, Samples.chunk(2), 0);
                        },
                        Kind.CHUNK_IN_TWO_RUNS),
                Plant.of(
                        "filemark entry gone",
                        raw ->
                                raw.delete(
                                        Database.FILEMARKS,
                                        FilemarkDescriptor.key(FIRST.partition(), 0)),
                        Kind.FILEMARK_INDEX_WRONG),
                Plant.of(
                        "stray filemark entry",
                        raw ->
                                put(
                                        raw,
                                        FilemarkDescriptor.INSTANCE,
                                        new FilemarkDescriptor.Entry(FIRST.partition(), 1, 100)),
                        Kind.FILEMARK_INDEX_WRONG),
                Plant.of(
                        "filemark entry of another run",
                        raw ->
                                put(
                                        raw,
                                        FilemarkDescriptor.INSTANCE,
                                        new FilemarkDescriptor.Entry(FIRST.partition(), 0, 150)),
                        Kind.FILEMARK_INDEX_WRONG),
                Plant.of(
                        "too many references",
                        raw -> putChunk(raw, Samples.chunk(1), 2),
                        Kind.REFERENCE_COUNT_WRONG),
                Plant.of(
                        "sealed chunk without runs",
                        raw -> {
                            ChunkRecord sealed = Samples.chunk(4).withState(ChunkState.SEALED);
                            putChunk(raw, sealed, 0);
                            put(
                                    raw,
                                    ChunkStateDescriptor.INSTANCE,
                                    ChunkStateDescriptor.Entry.of(sealed));
                        },
                        Kind.CHUNK_STATE_WRONG),
                Plant.of(
                        "chunk in the wrong state's index",
                        raw ->
                                put(
                                        raw,
                                        ChunkStateDescriptor.INSTANCE,
                                        new ChunkStateDescriptor.Entry(
                                                ChunkState.DELETABLE, FIRST.chunk())),
                        Kind.CHUNK_STATE_WRONG),
                Plant.of(
                        "chunk in no state's index",
                        raw -> deleteState(raw, FIRST.chunk()),
                        Kind.CHUNK_STATE_WRONG),
                Plant.of(
                        "sequence to be given again",
                        raw ->
                                put(
                                        raw,
                                        ContainerDescriptor.INSTANCE,
                                        new ContainerRecord(
                                                CONTAINER, 3, 3, true, HEALTHY.partitions())),
                        Kind.CHUNK_SEQUENCE_NOT_TAKEN),
                Plant.of(
                        "disk without a record",
                        raw -> raw.delete(Database.DISKS, DiskDescriptor.key(Samples.DISK)),
                        Kind.COPY_ON_UNKNOWN_DISK),
                Plant.of(
                        "copy that is not indexed",
                        raw -> deleteCopy(raw, FIRST.chunk()),
                        Kind.DISK_INDEX_WRONG),
                Plant.of(
                        "index of a copy that is none",
                        raw ->
                                put(
                                        raw,
                                        DiskChunkDescriptor.INSTANCE,
                                        new DiskChunkDescriptor.Entry(
                                                new DiskId(1, 1), FIRST.chunk())),
                        Kind.DISK_INDEX_WRONG),
                Plant.of(
                        "a cartridge in an element that is in transit",
                        raw -> {
                            put(raw, JobDescriptor.INSTANCE, Samples.job(1, VOLUME));
                            put(raw, TransitDescriptor.INSTANCE, new TransitRecord(VOLUME, 1));
                        },
                        Kind.TRANSIT_WRONG),
                Plant.of(
                        "a generation that is kept and is the current one",
                        raw ->
                                put(
                                        raw,
                                        GenerationDescriptor.INSTANCE,
                                        new GenerationRecord(
                                                CONTAINER, 3, 1, HEALTHY.partitions())),
                        Kind.GENERATION_WRONG),
                Plant.of(
                        "a generation that is kept and ends elsewhere",
                        raw ->
                                put(
                                        raw,
                                        GenerationDescriptor.INSTANCE,
                                        new GenerationRecord(
                                                CONTAINER,
                                                1,
                                                1,
                                                List.of(new PartitionState(9, 7, 0, 7)))),
                        Kind.PARTITION_STATE_WRONG),
                Plant.of(
                        "a generation that is shown and not kept",
                        raw ->
                                put(
                                        raw,
                                        ShownGenerationDescriptor.INSTANCE,
                                        new ShownGeneration(OTHER_VOLUME, VOLUME, CONTAINER, 2)),
                        Kind.GENERATION_WRONG),
                Plant.of(
                        "bad copy that is none",
                        raw ->
                                put(
                                        raw,
                                        BadCopyDescriptor.INSTANCE,
                                        new BadCopyRecord(FIRST.chunk(), new DiskId(1, 1), 1, "")),
                        Kind.BAD_COPY_OF_NOTHING));
    }

    @BeforeEach
    void makeHealthyCatalog() {
        catalog = Catalog.open(directory, CatalogOptions.defaults().withSynchronousCommits(false));
        catalog.commit(transaction -> {
            transaction.putContainer(HEALTHY);
            transaction.putContainer(Samples.container(OTHER_CONTAINER, 0));
            transaction.putCartridge(Samples.cartridge(VOLUME, CONTAINER));
            transaction.putCartridge(Samples.cartridge(OTHER_VOLUME, OTHER_CONTAINER));
            transaction.putCartridge(Samples.cartridge(DESTROYED_VOLUME, CONTAINER));
            transaction.destroyCartridge(DESTROYED_VOLUME);
            transaction.putElement(
                    new ElementRecord(
                            new ElementLocation("lib0", 1000), VOLUME, OptionalInt.of(7)));
            transaction.putDisk(Samples.DISK_RECORD);
            for (Run run : List.of(FIRST, SECOND, THIRD)) {
                transaction.putChunk(Samples.chunk(run.chunk().sequence()));
                transaction.putRun(run);
            }
            transaction.putIdentityIfAbsent("library/lib0/serial", "S1");
            transaction.putParameters("drive0/10/00", new byte[] {1});
            transaction.appendAudit(new AuditRecord(1, "root", "create", "done"));
        });
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void healthyCatalogIsClean() {
        assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
    }

    @Test
    void garbageBeingReclaimedIsClean() {
        catalog.commit(transaction -> {
            transaction.putContainer(Samples.container(CONTAINER, 4));
            assertThat(transaction.reclaim(CONTAINER, 4, 2)).isEqualTo(2);
        });

        assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plants")
    void findsWhatIsPlanted(Plant plant) {
        catalog.commit(transaction -> plant.change().accept(((LmdbTransaction) transaction).raw));

        List<CatalogFinding> findings = catalog.check(ChunkPresence.ASSUMED);

        Set<Kind> kinds = findings.stream().map(CatalogFinding::kind).collect(Collectors.toSet());
        assertThat(kinds).as("%s", findings).isEqualTo(Set.copyOf(plant.kinds()));
    }

    @Test
    void findsMissingAndShortFiles() {
        ChunkPresence presence =
                (chunk, directory) ->
                        switch ((int) chunk.sequence()) {
                            case 1 -> OptionalLong.empty();
                            case 2 -> OptionalLong.of((1 << 20) - 1);
                            default -> OptionalLong.of(1 << 20);
                        };

        assertThat(catalog.check(presence))
                .extracting(CatalogFinding::kind)
                .containsExactly(Kind.CHUNK_FILE_MISSING, Kind.CHUNK_FILE_SHORT);
    }

    @Test
    void aChunkThatIsInATierAloneIsAllRight() {
        ChunkId chunk = FIRST.chunk();
        catalog.commit(transaction -> {
            ChunkRecord record = transaction.chunk(chunk).orElseThrow();
            transaction.putChunk(record.withDisks(List.of()));
        });
        assertThat(catalog.check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::kind)
                .containsExactly(Kind.CHUNK_FILE_MISSING);

        catalog.commit(transaction -> transaction.putTierCopy(Samples.tierCopy(chunk, "vault", 9)));
        assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
    }

    @Test
    void doesNotLookForFilesThatMayBeDeleted() {
        catalog.commit(transaction -> transaction.truncateRuns(FIRST.partition(), 0, RunHead.NONE));

        assertThat(catalog.check((chunk, directory) -> OptionalLong.empty()))
                .extracting(CatalogFinding::kind)
                .containsExactly(Kind.PARTITION_STATE_WRONG);
    }

    @Test
    void everyKindIsPlanted() {
        Set<Kind> planted = new TreeSet<>(Set.of(Kind.CHUNK_FILE_MISSING, Kind.CHUNK_FILE_SHORT));
        plants().forEach(plant -> planted.add(plant.kinds().getFirst()));

        assertThat(planted).containsExactly(Kind.values());
    }

    @Test
    void findingsNameTheEntry() {
        catalog.commit(transaction ->
                ((LmdbTransaction) transaction)
                        .raw.delete(Database.CARTRIDGES, CartridgeDescriptor.key(VOLUME)));

        assertThat(catalog.check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::toString)
                .containsExactly(
                        "ELEMENT_WITH_UNKNOWN_CARTRIDGE: element lib0:1000 holds cartridge"
                                + " CAP001L8, which does not exist");
    }

    private static <R> void put(RawTransaction raw, Descriptor<R> descriptor, R record) {
        raw.put(descriptor.database(), descriptor.key(record), descriptor.value(record));
    }

    private static void flipBit(RawTransaction raw, Database database, byte[] key) {
        byte[] value = valueOf(raw, database, key);
        value[value.length / 2] ^= 0x10;
        raw.put(database, key, value);
    }

    private static byte[] valueOf(RawTransaction raw, Database database, byte[] key) {
        return Objects.requireNonNull(raw.get(database, key));
    }

    private static void putChunk(RawTransaction raw, ChunkRecord chunk, long referenceCount) {
        put(raw, ChunkDescriptor.INSTANCE, new ChunkDescriptor.Entry(chunk, referenceCount));
        for (DiskId disk : chunk.disks()) {
            put(
                    raw,
                    DiskChunkDescriptor.INSTANCE,
                    new DiskChunkDescriptor.Entry(disk, chunk.chunk()));
        }
    }

    private static void deleteCopy(RawTransaction raw, ChunkId chunk) {
        raw.delete(
                Database.DISK_CHUNKS,
                DiskChunkDescriptor.INSTANCE.key(
                        new DiskChunkDescriptor.Entry(Samples.DISK, chunk)));
    }

    private static void deleteState(RawTransaction raw, ChunkId chunk) {
        raw.delete(
                Database.CHUNK_STATES,
                ChunkStateDescriptor.INSTANCE.key(
                        new ChunkStateDescriptor.Entry(ChunkState.OPEN, chunk)));
    }

    /** Puts a run in place of another, with its filemark entry. */
    private static void replace(RawTransaction raw, Run old, Run run) {
        remove(raw, old);
        put(raw, RunDescriptor.INSTANCE, run);
        if (run.filemarkCount() > 0) {
            put(raw, FilemarkDescriptor.INSTANCE, FilemarkDescriptor.Entry.of(run));
        }
    }

    private static void remove(RawTransaction raw, Run run) {
        raw.delete(Database.RUNS, RunDescriptor.INSTANCE.key(run));
        if (run.filemarkCount() > 0) {
            raw.delete(
                    Database.FILEMARKS,
                    FilemarkDescriptor.key(run.partition(), run.firstFilemark()));
        }
    }

    private static Run moved(
            Run run, PartitionId partition, long object, long filemark, long firstByte) {
        return moved(run, partition, object, filemark, firstByte, run.objectCount());
    }

    private static Run moved(
            Run run,
            PartitionId partition,
            long object,
            long filemark,
            long firstByte,
            long objectCount) {
        return new Run(
                partition,
                object,
                run.chunk(),
                objectCount,
                filemark,
                run.filemarkCount(),
                firstByte,
                run.byteCount());
    }

    private static Run withChunk(Run run, ChunkId chunk) {
        return new Run(
                run.partition(),
                run.firstObject(),
                chunk,
                run.objectCount(),
                run.firstFilemark(),
                run.filemarkCount(),
                run.firstByte(),
                run.byteCount());
    }
}
