package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.capstan.medium.MediumPosition;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V8, V21, V22: a cartridge whose chunks are only in a tier is mounted, positioned and read, chunk by chunk, on a clock that
 * moves when the test says so.
 */
class ChunkRecallsTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("INST01L8");
    private static final ElementLocation HOME = new ElementLocation("lib0", 1000);
    private static final ElementLocation AWAY = new ElementLocation("vault0", 10);
    private static final String TIER = "tier0";
    private static final int BLOCK_BYTES = 10_000;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long DELAY_MILLIS = 5_000;
    private static final int PATIENCE = 200;

    @TempDir Path directory;

    private long nowMillis = 1_700_000_000_000L;
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
    private final Random random = new Random(7);
    private MetricsRegistry metrics = new MetricsRegistry();
    private Kind kind = Kind.VAULT;
    private long aheadBytes;

    /** What was written: a block's number, or -1 for a filemark. */
    private final List<Integer> written = new ArrayList<>();

    private @Nullable Catalog catalog;
    private @Nullable ChunkStore store;
    private @Nullable Cartridges cartridges;
    private @Nullable TierJobs jobs;

    /** Calls of tier and catalog until the process dies; none while this is negative. */
    private int callsLeft = -1;

    enum Kind {
        DIRECTORY,
        VAULT
    }

    /** The process dies. No code of the product catches it. */
    private static final class Death extends Error {
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
                ChunkStore.open(
                        List.of(directory.resolve("disk")), new StoreOptions(CHUNK_BYTES, 0), io);
        store = chunks;
        cartridges = Cartridges.open(opened, chunks, io, clock, UUID::randomUUID);
        cartridges().create(new NewCartridge(VOLUME, 0x78, 0x5E, List.of(100_000_000L), false));
        put(HOME);
    }

    @AfterEach
    void close() {
        if (jobs != null) {
            jobs.close();
        }
        cartridges().close();
        catalog().close();
    }

    // ---- V22: loaded at once, positioned without its data

    @ParameterizedTest
    @EnumSource
    void everyPositionIsFoundWithoutTheData(Kind which) throws Exception {
        kind = which;
        archive(80);
        try (Medium medium = mount()) {
            assertThat(medium.endOfData(0)).isEqualTo(written.size());
            long file = 0;
            for (int object = 0; object < written.size(); object++) {
                assertThat(medium.locate(0, object)).isTrue();
                assertThat(medium.position()).isEqualTo(new MediumPosition(0, object, file));
                if (written.get(object) < 0) {
                    file++;
                    assertThat(medium.locateFile(0, file)).isTrue();
                    assertThat(medium.position())
                            .isEqualTo(new MediumPosition(0, object + 1L, file));
                }
            }
            medium.spaceToEndOfData();
            medium.spaceFilemarks(-1);
            assertThat(medium.position().objectNumber()).isEqualTo(written.lastIndexOf(-1));
        }
        assertThat(receivedChunks()).isZero();
        assertThat(chunkFiles()).isEmpty();
    }

    /** V22: a READ that ends at a filemark needs nothing of the chunk which that is in, nor of what follows. */
    @ParameterizedTest
    @EnumSource
    void aReadThatEndsAtAFilemarkMovesNothing(Kind which) throws Exception {
        kind = which;
        aheadBytes = 2 * CHUNK_BYTES;
        archive(80);
        assertThat(written).contains(-1);
        try (Medium medium = mount()) {
            long file = 0;
            for (int object = 0; object < written.size(); object++) {
                if (written.get(object) < 0) {
                    file++;
                    medium.locate(0, object);
                    read(medium, object);
                    assertThat(medium.position())
                            .isEqualTo(new MediumPosition(0, object + 1L, file));
                }
            }
            assertThat(jobs().recalls().list()).isEmpty();
            await();
        }
        assertThat(receivedBytes()).isZero();
        assertThat(chunkFiles()).isEmpty();
    }

    /** Copies of schema version 3 do not say where filemarks are: then that chunk comes, and no guess is made. */
    @Test
    void aPositionThatIsNotKnownWaitsForItsChunk() throws Exception {
        archive(80);
        catalog()
                .commit(change ->
                        change.tierCopies(Optional.empty(), 1000)
                                .forEach(copy ->
                                        change.putTierCopy(copy.withFilemarks(Optional.empty()))));
        int filemark = written.indexOf(-1);
        try (Medium medium = mount()) {
            assertThatThrownBy(() -> medium.locateFile(0, 1))
                    .isInstanceOf(StoreException.InTier.class);
            assertThat(medium.position().objectNumber()).isZero();
            await();
            assertThat(medium.locateFile(0, 1)).isTrue();
            assertThat(medium.position().objectNumber()).isEqualTo(filemark + 1);
        }
        assertThat(receivedChunks()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aReadAsksForItsChunkAndStaysWhereItIs(Kind which) throws Exception {
        kind = which;
        archive(80);
        int wanted = 40;
        try (Medium medium = mount()) {
            medium.locate(0, wanted);
            MediumPosition before = medium.position();
            StoreException.InTier fault = readInTier(medium);
            assertThat(medium.position()).isEqualTo(before);
            assertThat(medium.isComing(fault.chunk())).isTrue();
            if (kind == Kind.VAULT) {
                jobs().recalls().runDue();
                assertThat(medium.isComing(fault.chunk())).as("before the delay is over").isTrue();
            }
            await();
            assertThat(medium.isComing(fault.chunk())).isFalse();
            read(medium, wanted);
        }
        assertThat(receivedChunks()).as("the touched chunk alone").isEqualTo(1);
        assertThat(receivedBytes()).isLessThan(2L * CHUNK_BYTES);
        assertThat(jobs().recalls().list()).isEmpty();
    }

    /** What follows comes along, as much as the window says, and reading in order asks for more in time. */
    @Test
    void whatFollowsIsAskedForWithIt() throws Exception {
        aheadBytes = 2 * CHUNK_BYTES;
        archive(120);
        long all = chunkCount();
        try (Medium medium = mount()) {
            readInTier(medium);
            await();
            assertThat(receivedChunks()).isBetween(3L, 4L).isLessThan(all);
            int waits = 0;
            for (int object = 0; object < written.size(); object++) {
                // What was asked for by the way comes meanwhile, as it does with threads.
                await();
                try {
                    read(medium, object);
                } catch (StoreException.InTier e) {
                    waits++;
                    object--;
                }
            }
            assertThat(waits).as("READs that had to wait after the first").isZero();
        }
    }

    @Test
    void itIsWriteProtectedUntilAllOfItIsHere() throws Exception {
        archive(80);
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isTrue();
            medium.spaceToEndOfData();
            assertThatThrownBy(() -> medium.append(DataOut.of(block(1)), 0, BLOCK_BYTES))
                    .isInstanceOf(StoreException.WriteFailed.class)
                    .hasMessageContaining("only in a tier");
            assertThatThrownBy(() -> medium.appendFilemarks(1))
                    .isInstanceOf(StoreException.WriteFailed.class);
            assertThatThrownBy(medium::erase).isInstanceOf(StoreException.WriteFailed.class);
            long job = jobs().bring(VOLUME, TierCopyRecord.ACTIVE);
            runJob(job);
            assertThat(medium.description().writeProtected()).as("as it was mounted").isTrue();
        }
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isFalse();
            append(medium, 3);
            medium.locate(0, 0);
            for (int object = 0; object < written.size(); object++) {
                read(medium, object);
            }
        }
        checkAll();
    }

    /** V6: laying it out anew needs nothing of what is in the tier. */
    @Test
    void itCanBeErasedWhereItIs() throws Exception {
        archive(40);
        try (Medium medium = mount()) {
            medium.format(List.of(100_000_000L));
        }
        written.clear();
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isFalse();
            append(medium, 10);
            readThrough(medium, 0);
        }
        assertThat(receivedChunks()).isZero();
        checkAll();
    }

    /** What was asked for and is not here when the cartridge is unloaded does not come any more. */
    @Test
    void unloadingForgetsWhatWasAskedFor() throws Exception {
        aheadBytes = 10 * CHUNK_BYTES;
        archive(80);
        try (Medium medium = mount()) {
            readInTier(medium);
            assertThat(jobs().recalls().list()).hasSizeGreaterThan(5);
        }
        assertThat(jobs().recalls().list()).isEmpty();
        await();
        assertThat(chunkFiles()).isEmpty();
    }

    /** It goes back without moving data, and what was brought goes. */
    @Test
    void itGoesBackWithoutMovingData() throws Exception {
        archive(80);
        try (Medium medium = mount()) {
            readThrough(medium, 20);
        }
        assertThat(chunkFiles()).hasSize(1);
        long sent = metrics.counter(TierCounter.BYTES_SENT, Labels.of("tier", TIER)).sum();
        runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
        assertThat(metrics.counter(TierCounter.BYTES_SENT, Labels.of("tier", TIER)).sum())
                .isEqualTo(sent);
        assertThat(chunkFiles()).isEmpty();
        checkAll();
    }

    /** A copy that is gone or damaged is told as data that is lost, and its neighbours are read. */
    @Test
    void aLostCopyIsToldAndItsNeighboursAreRead() throws Exception {
        kind = Kind.DIRECTORY;
        archive(80);
        List<Path> copies = files(directory.resolve(TIER));
        byte[] bytes = Files.readAllBytes(copies.getFirst());
        bytes[bytes.length / 2] ^= 1;
        Files.write(copies.getFirst(), bytes);
        try (Medium medium = mount()) {
            readInTier(medium);
            await();
            assertThatThrownBy(() -> medium.read(DataIn.none(), 0, 0))
                    .isInstanceOf(StoreException.Missing.class)
                    .hasMessageContaining("not what its name says");
            assertThat(medium.position().objectNumber()).isEqualTo(1);
            medium.locate(0, 40);
            readThrough(medium, 40);
        }
    }

    /** A tier that does not answer costs time alone. */
    @Test
    void aTierThatIsAwayMakesAReadWait() throws Exception {
        kind = Kind.DIRECTORY;
        archive(20);
        Path tier = directory.resolve(TIER);
        Files.move(tier, directory.resolve("away"));
        try (Medium medium = mount()) {
            StoreException.InTier fault = readInTier(medium);
            for (int i = 0; i < 20; i++) {
                jobs().recalls().runDue();
                nowMillis += 60_000;
                assertThat(medium.isComing(fault.chunk())).isTrue();
            }
            assertThat(jobs().recalls().list().getFirst().attempts()).isGreaterThan(5);
            assertThat(jobs().recalls().list().getFirst().reason()).contains("mounted");
            Files.move(directory.resolve("away"), tier);
            readThrough(medium, 0);
        }
    }

    // ---- never wrong data

    static LongStream seeds() {
        return LongStream.of(1, 2, 3, System.nanoTime());
    }

    /** Whatever a host does, it gets what was written, or is told to wait; whatever instant the process dies at. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPartialRecallNeverGivesWrongData(long seed) throws Exception {
        System.out.println("ChunkRecallsTest seed " + seed);
        random.setSeed(seed);
        kind = random.nextBoolean() ? Kind.VAULT : Kind.DIRECTORY;
        aheadBytes = random.nextInt(4) * (long) CHUNK_BYTES;
        archive(60 + random.nextInt(100));
        int deaths = 0;
        for (int life = 0; life < 12; life++) {
            callsLeft = random.nextInt(20);
            try (Medium medium = mount()) {
                for (int i = 0; i < 40; i++) {
                    operate(medium);
                }
            } catch (Death e) {
                deaths++;
            }
            callsLeft = -1;
            boot();
            checkAll();
            if (random.nextInt(4) == 0) {
                runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
                lend();
            }
        }
        System.out.printf("%d deaths, %d chunks brought%n", deaths, receivedChunks());
        try (Medium medium = mount()) {
            readThrough(medium, 0);
        }
        checkAll();
    }

    private void operate(Medium medium) throws StoreException {
        int target = random.nextInt(written.size() + 1);
        switch (random.nextInt(4)) {
            case 0 -> assertThat(medium.locate(0, target)).isTrue();
            case 1 -> {
                int files = (int) written.stream().filter(object -> object < 0).count();
                int file = random.nextInt(files + 1);
                assertThat(medium.locateFile(0, file)).isTrue();
                assertThat(medium.position().fileNumber()).isEqualTo(file);
            }
            case 2 -> jobs().recalls().runDue();
            default -> {
                for (int i = random.nextInt(10); i >= 0; i--) {
                    int object = (int) medium.position().objectNumber();
                    try {
                        read(medium, object);
                    } catch (StoreException.InTier e) {
                        assertThat(medium.position().objectNumber()).isEqualTo(object);
                        nowMillis += random.nextInt((int) DELAY_MILLIS);
                        jobs().recalls().runDue();
                    }
                }
            }
        }
        long before =
                written.subList(0, (int) medium.position().objectNumber()).stream()
                        .filter(object -> object < 0)
                        .count();
        assertThat(medium.position().fileNumber()).isEqualTo(before);
    }

    // ---- what the tests are made of

    private Catalog catalog() {
        return Objects.requireNonNull(catalog);
    }

    private Cartridges cartridges() {
        return Objects.requireNonNull(cartridges);
    }

    private TierJobs jobs() {
        return Objects.requireNonNull(jobs);
    }

    private void put(ElementLocation element) {
        catalog()
                .commit(change ->
                        change.putElement(new ElementRecord(element, VOLUME, OptionalInt.empty())));
    }

    /** Writes a cartridge, sends it to the tier, and puts it back into its library without its data. */
    private void archive(int objects) throws Exception {
        try (Medium medium = mount()) {
            append(medium, objects);
        }
        boot();
        runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
        assertThat(chunkFiles()).isEmpty();
        lend();
    }

    private void append(Medium medium, int objects) throws StoreException {
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

    private void boot() throws Exception {
        if (jobs != null) {
            jobs.close();
        }
        TierProvider provider =
                switch (kind) {
                    case DIRECTORY -> {
                        DirectoryTier tier = new DirectoryTier(directory.resolve(TIER), "test");
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
        Catalog mortal = mortal(Catalog.class, catalog());
        TierJobs booted =
                new TierJobs(
                        mortal,
                        Objects.requireNonNull(store),
                        List.of(
                                Tier.of(
                                        TIER,
                                        "test",
                                        mortal(TierProvider.class, provider),
                                        1L << 40)),
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

    /** Dies at some call that changes or fetches something, before it has an effect or after. */
    private <T> T mortal(Class<T> type, T behind) {
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

    private long depart(ElementLocation from, String fromTier, ElementLocation to, String toTier) {
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
                                                    List.of(TierCopyRecord.ACTIVE),
                                                    Optional.of(to),
                                                    false));
                });
        return number[0];
    }

    private void lend() {
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

    private void runJob(long number) {
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

    private Medium mount() throws StoreException {
        return ((MountOutcome.Mounted) cartridges().mount(VOLUME)).medium();
    }

    /** Lets time pass until all that was asked for is here. */
    private void await() {
        for (int i = 0; i < PATIENCE && !jobs().recalls().list().isEmpty(); i++) {
            jobs().recalls().runDue();
            nowMillis += DELAY_MILLIS / 2;
        }
    }

    private static StoreException.InTier readInTier(Medium medium) {
        try {
            ReadOutcome outcome = medium.read(DataIn.none(), 0, 0);
            return fail("read " + outcome);
        } catch (StoreException.InTier e) {
            return e;
        } catch (StoreException e) {
            return fail("read", e);
        }
    }

    private void readThrough(Medium medium, int from) throws StoreException {
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
    private void read(Medium medium, int object) throws StoreException {
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

    private static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void checkAll() throws StoreException {
        assertThat(catalog().check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::toString)
                .isEmpty();
        ChunkStore chunks = Objects.requireNonNull(store);
        assertThat(MediumCheck.run(catalog(), chunks, chunks.io()))
                .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .isEmpty();
    }

    private long chunkCount() {
        return catalog().read(view -> view.tierCopies(Optional.empty(), 1000)).size();
    }

    private long receivedChunks() {
        return metrics.counter(TierCounter.CHUNKS_RECEIVED, Labels.of("tier", TIER)).sum();
    }

    private long receivedBytes() {
        return metrics.counter(TierCounter.BYTES_RECEIVED, Labels.of("tier", TIER)).sum();
    }

    private List<Path> chunkFiles() {
        return files(directory.resolve("disk"));
    }

    private static List<Path> files(Path below) {
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
