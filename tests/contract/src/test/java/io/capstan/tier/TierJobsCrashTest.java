package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.NodeIdentity;
import io.capstan.catalog.PlaceOutcome;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.FileSource;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.ReadOutcome;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.Pace;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V11, V16, V18: a cartridge goes to a vault and back again and again, the process dies at random calls of catalog and tier,
 * before they have an effect or after, the tier fails at others, and operators cancel. After each death the cartridge is in
 * one place, whole, the vault's index names nothing that is not there, and in the end every job is over and every byte is
 * there.
 */
class TierJobsCrashTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("CRASH1L8");
    private static final ElementLocation HOME = new ElementLocation("lib0", 1000);
    private static final ElementLocation AWAY = new ElementLocation("vault0", 10);
    private static final String VAULT = "vault";
    private static final int BLOCK_BYTES = 10_000;
    private static final int JOURNEYS = 25;
    private static final int RUNS_MAX = 400;

    @TempDir Path directory;

    private Random random = new Random(0);
    private long nowMillis = 1_700_000_000_000L;
    private int blockCount;

    /** Calls until the process dies; none while this is negative. */
    private int callsLeft = -1;

    private @Nullable Catalog catalog;
    private @Nullable ChunkStore store;
    private @Nullable TierJobs jobs;

    /** Of a process that is dead nothing has an effect any more, whatever its code catches. */
    private boolean isDead;

    /** The process dies. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    static LongStream seeds() {
        long own = System.nanoTime();
        // A job was cancelled while it released what was in the vault.
        long cancelled = 33369582008857L;
        return LongStream.of(1, 2, 3, cancelled, own);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aCartridgeIsNeverLostDoubledOrHalf(long seed) throws Exception {
        System.out.println("TierJobsCrashTest seed " + seed);
        random = new Random(seed);
        InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
        try (Catalog open =
                Catalog.open(
                        directory.resolve("catalog"),
                        CatalogOptions.defaults()
                                .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                                .withSynchronousCommits(false))) {
            DiskFileIo io = new DiskFileIo();
            ChunkStore chunks =
                    ChunkStore.open(
                            List.of(directory.resolve("disk")), new StoreOptions(64 * 1024, 0), io);
            catalog = open;
            store = chunks;
            try (Cartridges cartridges =
                    Cartridges.open(open, chunks, io, clock, UUID::randomUUID)) {
                cartridges.create(
                        new NewCartridge(VOLUME, 0x78, 0x5E, List.of(100_000_000L), false));
                place(open, HOME);
                boot();
                for (int i = 0; i < JOURNEYS; i++) {
                    if (elementOf().equals(Optional.of(HOME)) && random.nextInt(3) != 0) {
                        append(cartridges, 1 + random.nextInt(8));
                    }
                    depart();
                    runToTheEnd();
                    checkWhole();
                }
                while (!elementOf().equals(Optional.of(HOME))) {
                    depart();
                    runToTheEnd();
                }
                readAll(cartridges);
                sweepsToWhatTheCatalogKnows();
            } finally {
                jobs().close();
            }
        }
    }

    /** What died or was cancelled left chunks in the tier: they go, and nothing that is needed goes with them. */
    private void sweepsToWhatTheCatalogKnows() throws Exception {
        while (!elementOf().equals(Optional.of(AWAY))) {
            depart();
            runToTheEnd();
        }
        sweep();
        try (VaultTier vault = vault()) {
            assertThat(vault.list(TierLayout.CHUNKS, Optional.empty(), 10_000))
                    .extracting(TierProvider.ListedObject::key)
                    .containsExactlyInAnyOrderElementsOf(
                            catalog()
                                    .read(view -> view.tierCopies(Optional.empty(), 10_000))
                                    .stream()
                                    .map(TierLayout::of)
                                    .toList());
        }
        checkWhole();
    }

    private void sweep() throws IOException {
        try (VaultTier vault = vault()) {
            Tier tier = Tier.of(VAULT, "vault", vault, 1L << 40);
            ChunkFetch fetch = new ChunkFetch(store(), Map.of(VAULT, tier), new MetricsRegistry());
            new TierSweep(catalog(), fetch, tier, Long.MAX_VALUE, () -> false).run();
        }
    }

    private VaultTier vault() {
        return new VaultTier(
                directory.resolve(VAULT),
                "test",
                new VaultTier.Options(0, 0, 1),
                InstantSource.system());
    }

    private Catalog catalog() {
        return Objects.requireNonNull(catalog);
    }

    private TierJobs jobs() {
        return Objects.requireNonNull(jobs);
    }

    private ChunkStore store() {
        return Objects.requireNonNull(store);
    }

    private static void place(Catalog open, ElementLocation element) {
        open.commit(change -> {
            PlaceOutcome outcome =
                    change.putElement(new ElementRecord(element, VOLUME, OptionalInt.empty()));
            assertThat(outcome).isEqualTo(PlaceOutcome.PLACED);
        });
    }

    private void boot() throws TierException {
        isDead = false;
        InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
        VaultTier vault =
                new VaultTier(
                        directory.resolve(VAULT),
                        "test",
                        new VaultTier.Options(5_000, 1_000, 60_000),
                        clock);
        vault.begin();
        Catalog mortal = new MortalCatalog(catalog());
        jobs =
                new TierJobs(
                        mortal,
                        store(),
                        List.of(Tier.of(VAULT, "vault", new MortalTier(vault), 1L << 40)),
                        (job, alongWith) -> deliver(mortal, job, alongWith),
                        directory.resolve("staging"),
                        JobOptions.DEFAULTS,
                        clock,
                        random,
                        new MetricsRegistry());
    }

    private Optional<String> deliver(
            Catalog mortal, JobRecord job, Consumer<CatalogTransaction> alongWith) {
        if (!job.cancelled() && random.nextInt(4) == 0) {
            return Optional.of("element is full");
        }
        mortal.commit(change -> {
            alongWith.accept(change);
            change.putElement(
                    new ElementRecord(job.to().orElseThrow(), VOLUME, OptionalInt.empty()));
        });
        return Optional.empty();
    }

    private void depart() {
        boolean isHome = elementOf().equals(Optional.of(HOME));
        boolean keeps = random.nextBoolean();
        catalog()
                .commit(change -> {
                    change.clearElement(isHome ? HOME : AWAY);
                    jobs().depart(
                                    change,
                                    new Departure(
                                            VOLUME,
                                            isHome ? HOME : AWAY,
                                            isHome ? TierCopyRecord.ACTIVE : VAULT,
                                            isHome ? VAULT : TierCopyRecord.ACTIVE,
                                            keeps
                                                    ? List.of()
                                                    : List.of(
                                                            isHome ? TierCopyRecord.ACTIVE : VAULT),
                                            Optional.of(isHome ? AWAY : HOME),
                                            false));
                });
    }

    private void runToTheEnd() throws Exception {
        for (int i = 0; i < RUNS_MAX; i++) {
            List<JobRecord> left = jobs().list(job -> !job.state().isFinal());
            if (left.isEmpty()) {
                return;
            }
            JobRecord job = left.getFirst();
            nowMillis = Math.max(nowMillis + 1, job.notBeforeEpochMillis());
            callsLeft = random.nextInt(3) == 0 ? -1 : random.nextInt(1 + random.nextInt(40));
            try {
                if (random.nextInt(12) == 0) {
                    jobs().cancel(job.job());
                }
                jobs().runOnce(job.job());
                callsLeft = -1;
            } catch (Death e) {
                callsLeft = -1;
                checkWhole();
                boot();
            }
            if (random.nextInt(10) == 0) {
                sweep();
                checkWhole();
            }
        }
        fail("the jobs do not end: " + jobs().list(job -> !job.state().isFinal()));
    }

    /** One place, and every chunk somewhere whole. */
    private void checkWhole() throws IOException {
        assertThat(catalog().check(ChunkPresence.ASSUMED))
                .extracting(CatalogFinding::toString)
                .isEmpty();
        boolean isInTransit = catalog().read(view -> view.transit(VOLUME)).isPresent();
        assertThat(isInTransit).as("in transit").isEqualTo(elementOf().isEmpty());
        try (VaultTier vault = vault()) {
            new CartridgeChunks(catalog(), VOLUME)
                    .forEachPage(page -> {
                        for (CartridgeChunks.PlacedChunk chunk : page) {
                            checkPlaces(vault, chunk);
                        }
                        return true;
                    });
            checkIndexes(vault);
        }
    }

    /** With the catalog gone a tier is what it says it is: an index names no chunk that is not there. */
    private static void checkIndexes(VaultTier vault) throws IOException {
        TierRebuild tier = new TierRebuild(VAULT, vault);
        for (TierProvider.ListedObject index :
                vault.list(TierLayout.indexesOf(VOLUME), Optional.empty(), 100)) {
            for (CartridgeIndex.Entry entry :
                    tier.readIndex(VOLUME, index.key()).orElseThrow().entries()) {
                assertThat(vault.head(TierLayout.chunk(entry.chunk(), entry.fileDigest())))
                        .isNotEqualTo(new ObjectState.Absent());
            }
        }
    }

    private void checkPlaces(VaultTier vault, CartridgeChunks.PlacedChunk chunk)
            throws IOException {
        for (TierCopyRecord copy : chunk.copies()) {
            // A copy that is being released may be gone before the catalog knows.
            if (chunk.chunk().disks().isEmpty()) {
                assertThat(vault.verify(TierLayout.of(copy), copy.lengthBytes(), copy.fileDigest()))
                        .isEqualTo(VerifyOutcome.VERIFIED);
            }
        }
        chunk.chunk()
                .disks()
                .forEach(disk -> {
                    try {
                        store().verify(
                                        chunk.id(),
                                        disk,
                                        chunk.chunk().digest().map(ChunkDigest::toBytes),
                                        Pace.NONE);
                    } catch (StoreException e) {
                        fail("chunk " + chunk.id(), e);
                    }
                });
    }

    private Optional<ElementLocation> elementOf() {
        return catalog().read(view -> view.elementOf(VOLUME));
    }

    // ---- content

    private static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void append(Cartridges cartridges, int count) throws StoreException {
        try (Medium medium = ((MountOutcome.Mounted) cartridges.mount(VOLUME)).medium()) {
            medium.spaceToEndOfData();
            for (int i = 0; i < count; i++) {
                medium.append(DataOut.of(block(blockCount++)), 0, BLOCK_BYTES);
            }
        }
    }

    private void readAll(Cartridges cartridges) throws StoreException {
        try (Medium medium = ((MountOutcome.Mounted) cartridges.mount(VOLUME)).medium()) {
            for (int i = 0; i < blockCount; i++) {
                byte[] found = new byte[BLOCK_BYTES];
                assertThat(medium.read(DataIn.of(found), 0, BLOCK_BYTES))
                        .isInstanceOf(ReadOutcome.Block.class);
                assertThat(found).isEqualTo(block(i));
            }
            assertThat(medium.read(DataIn.none(), 0, 0)).isInstanceOf(ReadOutcome.EndOfData.class);
        }
    }

    // ---- what dies

    private interface Step<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /** Dies at this call, before it has an effect or after. */
    private <T extends @Nullable Object> T mortal(Step<T> step) throws IOException {
        if (isDead) {
            throw new Death();
        }
        if (callsLeft < 0 || callsLeft-- > 0) {
            return step.run();
        }
        isDead = true;
        if (random.nextBoolean()) {
            step.run();
        }
        throw new Death();
    }

    private final class MortalTier implements TierProvider {

        private final VaultTier behind;

        MortalTier(VaultTier behind) {
            this.behind = behind;
        }

        private <T extends @Nullable Object> T call(Step<T> step) throws TierException {
            if (random.nextInt(60) == 0) {
                throw new TierException(TierException.Reason.UNREACHABLE, "does not answer");
            }
            try {
                return mortal(step);
            } catch (TierException e) {
                throw e;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void begin() throws TierException {
            behind.begin();
        }

        @Override
        public Optional<String> mark() throws TierException {
            return behind.mark();
        }

        @Override
        public boolean isAsynchronous() {
            return true;
        }

        @Override
        public long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException {
            return call(() -> behind.put(key, content, sha256));
        }

        @Override
        public ObjectState head(ObjectKey key) throws TierException {
            return call(() -> behind.head(key));
        }

        @Override
        public List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException {
            return behind.unfinished(begunBeforeEpochMillis);
        }

        @Override
        public void giveUp(ObjectKey key) throws TierException {
            behind.giveUp(key);
        }

        @Override
        public VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256)
                throws TierException {
            return call(() -> behind.verify(key, lengthBytes, sha256));
        }

        @Override
        public GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes)
                throws TierException {
            return call(() -> behind.get(key, offsetBytes, lengthBytes));
        }

        @Override
        public void delete(ObjectKey key) throws TierException {
            call(() -> {
                behind.delete(key);
                return true;
            });
        }

        @Override
        public List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
                throws TierException {
            return call(() -> behind.list(prefix, after, limit));
        }

        @Override
        public void recall(Collection<ObjectKey> keys) throws TierException {
            call(() -> {
                behind.recall(keys);
                return true;
            });
        }

        @Override
        public void close() {
            behind.close();
        }
    }

    private final class MortalCatalog implements Catalog {

        private final Catalog behind;

        MortalCatalog(Catalog behind) {
            this.behind = behind;
        }

        @Override
        public NodeIdentity node() {
            return behind.node();
        }

        @Override
        public <T extends @Nullable Object> T read(Function<? super CatalogView, T> query) {
            return behind.read(query);
        }

        @Override
        public CompletableFuture<@Nullable Void> submit(
                Consumer<? super CatalogTransaction> change) {
            return behind.submit(change);
        }

        @Override
        public void commit(Consumer<? super CatalogTransaction> change) {
            try {
                mortal(() -> {
                    behind.commit(change);
                    return true;
                });
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public List<CatalogFinding> check(ChunkPresence presence) {
            return behind.check(presence);
        }

        @Override
        public void close() {}
    }
}
