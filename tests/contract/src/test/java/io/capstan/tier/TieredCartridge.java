package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumCheck;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.ReadOutcome;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cartridge on one disk and in one tier, on a clock that moves when the test says so, and a process that dies when it is to. */
abstract class TieredCartridge {

    static final VolumeIdentifier VOLUME = new VolumeIdentifier("INST01L8");
    static final ElementLocation HOME = new ElementLocation("lib0", 1000);
    static final ElementLocation AWAY = new ElementLocation("vault0", 10);
    static final String TIER = "tier0";
    static final int BLOCK_BYTES = 10_000;
    static final int CHUNK_BYTES = 64 << 10;
    static final long DELAY_MILLIS = 5_000;
    static final int PATIENCE = 200;

    @TempDir Path directory;

    long nowMillis = 1_700_000_000_000L;
    final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
    final Random random = new Random(7);
    MetricsRegistry metrics = new MetricsRegistry();
    Kind kind = Kind.VAULT;
    long aheadBytes;

    /** What was written: a block's number, or -1 for a filemark. */
    final List<Integer> written = new ArrayList<>();

    @Nullable Catalog catalog;
    @Nullable ChunkStore store;
    @Nullable Cartridges cartridges;
    @Nullable TierJobs jobs;

    /** Calls of tier and catalog until the process dies; none while this is negative. */
    int callsLeft = -1;

    enum Kind {
        DIRECTORY,
        VAULT
    }

    /** The process dies. No code of the product catches it. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void open() throws Exception {
        Catalog opened =
                Catalog.open(
                        directory.resolve("catalog"),
                        CatalogOptions.defaults()
                                .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                                .withSynchronousCommits(false));
        catalog = opened;
        DiskFileIo io = new DiskFileIo();
        ChunkStore chunks =
                ChunkStore.open(diskDirectories(), new StoreOptions(CHUNK_BYTES, 0), io);
        store = chunks;
        cartridges = Cartridges.open(opened, chunks, io, clock, UUID::randomUUID);
        cartridges().create(new NewCartridge(VOLUME, 0x78, 0x5E, List.of(100_000_000L), false));
        put(HOME);
    }

    List<Path> diskDirectories() {
        return List.of(directory.resolve("disk"));
    }

    /** Tiers beside the one. */
    List<Tier> otherTiers() throws Exception {
        return List.of();
    }

    DirectoryTier directoryTier(Path where) {
        return new DirectoryTier(where, "test");
    }

    @AfterEach
    void close() {
        if (jobs != null) {
            jobs.close();
        }
        cartridges().close();
        catalog().close();
    }

    // ---- what there is

    Catalog catalog() {
        return Objects.requireNonNull(catalog);
    }

    Cartridges cartridges() {
        return Objects.requireNonNull(cartridges);
    }

    TierJobs jobs() {
        return Objects.requireNonNull(jobs);
    }

    void put(ElementLocation element) {
        catalog()
                .commit(change ->
                        change.putElement(new ElementRecord(element, VOLUME, OptionalInt.empty())));
    }

    /** Writes a cartridge, sends it to the tier, and puts it back into its library without its data. */
    void archive(int objects) throws Exception {
        try (Medium medium = mount()) {
            append(medium, objects);
        }
        boot();
        runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
        assertThat(chunkFiles()).isEmpty();
        lend();
    }

    void append(Medium medium, int objects) throws StoreException {
        medium.spaceToEndOfData();
        for (int i = 0; i < objects; i++) {
            if (random.nextInt(6) == 0) {
                medium.appendFilemarks(1);
                written.add(-1);
            } else {
                medium.append(DataOut.of(block(i)), 0, BLOCK_BYTES);
                written.add(i);
            }
        }
        medium.synchronize();
    }

    void boot() throws Exception {
        if (jobs != null) {
            jobs.close();
        }
        TierProvider provider =
                switch (kind) {
                    case DIRECTORY -> {
                        DirectoryTier tier = directoryTier(directory.resolve(TIER));
                        tier.begin();
                        yield tier;
                    }
                    case VAULT -> {
                        VaultTier tier =
                                new VaultTier(
                                        directory.resolve(TIER),
                                        "test",
                                        new VaultTier.Options(DELAY_MILLIS, 0, 60_000),
                                        clock);
                        tier.begin();
                        yield tier;
                    }
                };
        List<Tier> tiers = new ArrayList<>(otherTiers());
        tiers.add(Tier.of(TIER, "test", mortal(TierProvider.class, provider), 1L << 40));
        TierJobs booted =
                new TierJobs(
                        mortalCatalog(),
                        Objects.requireNonNull(store),
                        tiers,
                        (job, alongWith) -> {
                            catalog()
                                    .commit(change -> {
                                        alongWith.accept(change);
                                        change.putElement(
                                                new ElementRecord(
                                                        job.to().orElseThrow(),
                                                        VOLUME,
                                                        OptionalInt.empty()));
                                    });
                            return Optional.empty();
                        },
                        directory.resolve("staging"),
                        JobOptions.DEFAULTS.withRecallAheadBytes(aheadBytes),
                        clock,
                        random,
                        metrics);
        jobs = booted;
        cartridges().recallFrom(booted.recalls());
    }

    Catalog mortalCatalog() {
        return mortal(Catalog.class, catalog());
    }

    /** Dies at some call that changes or fetches something, before it has an effect or after. */
    <T> T mortal(Class<T> type, T behind) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            boolean isFatal =
                                    List.of("commit", "get", "recall").contains(method.getName())
                                            && callsLeft >= 0
                                            && callsLeft-- == 0;
                            if (isFatal && random.nextBoolean()) {
                                throw new Death();
                            }
                            try {
                                Object result = method.invoke(behind, arguments);
                                if (isFatal) {
                                    throw new Death();
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    /** Leaves nothing on this node's disks. */
    long depart(ElementLocation from, String fromTier, ElementLocation to, String toTier) {
        return depart(from, fromTier, to, toTier, List.of(TierCopyRecord.ACTIVE));
    }

    long depart(
            ElementLocation from,
            String fromTier,
            ElementLocation to,
            String toTier,
            List<String> release) {
        long[] number = {0};
        catalog()
                .commit(change -> {
                    change.clearElement(from);
                    number[0] =
                            jobs().depart(
                                            change,
                                            new Departure(
                                                    VOLUME,
                                                    from,
                                                    fromTier,
                                                    toTier,
                                                    release,
                                                    Optional.of(to),
                                                    false));
                });
        return number[0];
    }

    void lend() {
        long[] number = {0};
        catalog()
                .commit(change -> {
                    change.clearElement(AWAY);
                    number[0] =
                            jobs().lend(
                                            change,
                                            new Departure(
                                                    VOLUME,
                                                    AWAY,
                                                    TIER,
                                                    TIER,
                                                    List.of(),
                                                    Optional.of(HOME),
                                                    false));
                });
        jobs().runOnce(number[0]);
        Optional<ElementLocation> now = catalog().read(view -> view.elementOf(VOLUME));
        assertThat(now).contains(HOME);
    }

    void runJob(long number) {
        for (int i = 0; i < PATIENCE; i++) {
            if (jobs().job(number).orElseThrow().state().isFinal()) {
                return;
            }
            nowMillis =
                    Math.max(
                            nowMillis + 1, jobs().job(number).orElseThrow().notBeforeEpochMillis());
            jobs().runOnce(number);
        }
        fail("the job does not end: " + jobs().job(number));
    }

    Medium mount() throws StoreException {
        return ((MountOutcome.Mounted) cartridges().mount(VOLUME)).medium();
    }

    /** Lets time pass until all that was asked for is here. */
    void await() {
        for (int i = 0; i < PATIENCE && !jobs().recalls().list().isEmpty(); i++) {
            jobs().recalls().runDue();
            nowMillis += DELAY_MILLIS / 2;
        }
    }

    static StoreException.InTier readInTier(Medium medium) {
        try {
            ReadOutcome outcome = medium.read(DataIn.none(), 0, 0);
            return fail("read " + outcome);
        } catch (StoreException.InTier e) {
            return e;
        } catch (StoreException e) {
            return fail("read", e);
        }
    }

    void readThrough(Medium medium, int from) throws StoreException {
        medium.locate(0, from);
        for (int object = from; object < Math.min(from + 3, written.size()); object++) {
            try {
                read(medium, object);
            } catch (StoreException.InTier e) {
                await();
                read(medium, object);
            }
        }
        if (from == 0) {
            for (int object = 3; object < written.size(); object++) {
                for (int i = 0; ; i++) {
                    try {
                        read(medium, object);
                        break;
                    } catch (StoreException.InTier e) {
                        assertThat(i).isLessThan(PATIENCE);
                        await();
                        nowMillis += 300_000;
                    }
                }
            }
        }
    }

    /** Reads the object at the position and compares it with what was written there. */
    void read(Medium medium, int object) throws StoreException {
        byte[] found = new byte[BLOCK_BYTES];
        ReadOutcome outcome = medium.read(DataIn.of(found), 0, BLOCK_BYTES);
        if (object == written.size()) {
            assertThat(outcome).isInstanceOf(ReadOutcome.EndOfData.class);
        } else if (written.get(object) < 0) {
            assertThat(outcome).isInstanceOf(ReadOutcome.Filemark.class);
        } else {
            assertThat(outcome).isInstanceOf(ReadOutcome.Block.class);
            assertThat(found).isEqualTo(block(written.get(object)));
        }
    }

    static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    void checkAll() throws StoreException {
        assertThat(catalog().check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::toString)
                .isEmpty();
        ChunkStore chunks = Objects.requireNonNull(store);
        assertThat(MediumCheck.run(catalog(), chunks, chunks.io()))
                .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .isEmpty();
    }

    long chunkCount() {
        return catalog().read(view -> view.tierCopies(Optional.empty(), 1000)).size();
    }

    long receivedChunks() {
        return metrics.counter(TierCounter.CHUNKS_RECEIVED, Labels.of("tier", TIER)).sum();
    }

    long receivedBytes() {
        return metrics.counter(TierCounter.BYTES_RECEIVED, Labels.of("tier", TIER)).sum();
    }

    List<Path> chunkFiles() {
        return files(directory.resolve("disk"));
    }

    static List<Path> files(Path below) {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(file -> file.toString().endsWith(".chunk"))
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("recalls"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
