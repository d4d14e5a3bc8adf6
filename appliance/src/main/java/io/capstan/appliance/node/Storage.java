package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogOptions;
import io.capstan.config.PoolSettings;
import io.capstan.config.StoreSettings;
import io.capstan.format.DiskId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.BackgroundThreads;
import io.capstan.medium.Cartridges;
import io.capstan.medium.CatalogRebuild;
import io.capstan.medium.KeepGenerations;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumCheck;
import io.capstan.medium.MountOutcome;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.FileIo;
import io.capstan.store.LabelStore;
import io.capstan.store.PoolPlan;
import io.capstan.store.StoreException;
import io.capstan.upkeep.DiskRegistry;
import io.capstan.upkeep.PoolSpec;
import io.capstan.upkeep.Upkeep;
import io.capstan.upkeep.UpkeepOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a node keeps: its data directory, catalog, chunks and cartridges. Any thread. */
public final class Storage implements AutoCloseable {

    /** Identity in a catalog that was rebuilt; when that was. */
    static final String REBUILT = "catalog/rebuilt";

    private static final int EXPIRY_INTERVAL_MINUTES = 60;

    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private final DataDirectory directory;
    private final UUID nodeId;
    private final Catalog catalog;
    private final FileIo io;
    private final ChunkStore chunks;
    private final Cartridges cartridges;
    private final Upkeep upkeep;
    private final ScheduledExecutorService expiry =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("capstan-expiry").factory());

    private Storage(
            DataDirectory directory,
            UUID nodeId,
            Catalog catalog,
            FileIo io,
            ChunkStore chunks,
            Cartridges cartridges,
            Upkeep upkeep) {
        this.directory = directory;
        this.nodeId = nodeId;
        this.catalog = catalog;
        this.io = io;
        this.chunks = chunks;
        this.cartridges = cartridges;
        this.upkeep = upkeep;
    }

    /**
     * Takes the data directory and opens what is in it, recovering what was being written when it was last left.
     *
     * @throws StartException if the directory cannot be taken
     * @throws CatalogException if the catalog cannot be opened
     * @throws StoreException if a store directory cannot be made or read
     */
    static Storage open(
            NodePlan plan, InstantSource clock, Supplier<UUID> nodeIds, MetricsRegistry metrics)
            throws StartException, StoreException {
        DataDirectory directory = DataDirectory.open(plan.dataDirectory());
        Catalog catalog = null;
        Storage storage = null;
        try {
            catalog = openCatalog(plan, directory, clock, nodeIds, metrics);
            UUID nodeId = catalog.node().nodeId();
            if (!directory.nodeId().equals(Optional.of(nodeId))) {
                directory.recordNodeId(nodeId);
            }
            FileIo io = new DiskFileIo();
            ChunkStore chunks = openChunks(plan, directory, catalog, io, clock, true);
            refuseLostCatalog(plan, catalog, chunks, chunks.io());
            Cartridges cartridges =
                    Cartridges.open(
                            catalog,
                            chunks,
                            chunks.io(),
                            clock,
                            UUID::randomUUID,
                            BackgroundThreads.start(),
                            keepGenerations(plan));
            Upkeep upkeep =
                    Upkeep.open(
                            catalog,
                            chunks,
                            upkeepOptions(plan.store()),
                            clock,
                            () -> DiskId.of(UUID.randomUUID()),
                            metrics);
            storage =
                    new Storage(
                            directory, nodeId, catalog, chunks.io(), chunks, cartridges, upkeep);
            upkeep.start();
            storage.expireGenerations();
            return storage;
        } finally {
            if (storage == null) {
                if (catalog != null) {
                    catalog.close();
                }
                directory.close();
            }
        }
    }

    private static KeepGenerations keepGenerations(NodePlan plan) {
        Map<String, Duration> pools = new HashMap<>();
        for (PoolSettings pool : plan.store().pools()) {
            pool.keepGenerationsDays()
                    .ifPresent(days -> pools.put(pool.name(), Duration.ofDays(days)));
        }
        return new KeepGenerations(Duration.ofDays(plan.generations().keepDays()), pools);
    }

    /** Generations of cartridges end their time whether anybody writes or not. */
    private void expireGenerations() {
        var _ =
                expiry.scheduleWithFixedDelay(
                        cartridges::reclaimGarbage,
                        EXPIRY_INTERVAL_MINUTES,
                        EXPIRY_INTERVAL_MINUTES,
                        TimeUnit.MINUTES);
    }

    /**
     * A catalog that knows nothing beside data that is there was lost. Going on would make new cartridges under the names
     * of old ones.
     */
    private static void refuseLostCatalog(
            NodePlan plan, Catalog catalog, ChunkStore chunks, FileIo io)
            throws StartException, StoreException {
        boolean knowsNothing =
                catalog.read(view -> view.cartridges("", Optional.empty(), 1).isEmpty());
        LabelStore labels = new LabelStore(chunks.disks().directories(), io);
        if (knowsNothing && !(labels.list().isEmpty() && chunks.files().containers().isEmpty())) {
            throw new StartException(
                    "the catalog of "
                            + plan.dataDirectory()
                            + " is lost, but its cartridges are there: run 'capstan catalog rebuild'");
        }
    }

    private static Catalog openCatalog(
            NodePlan plan,
            DataDirectory directory,
            InstantSource clock,
            Supplier<UUID> nodeIds,
            MetricsRegistry metrics)
            throws StartException {
        UUID nodeId = directory.nodeId().orElseGet(nodeIds);
        return Catalog.open(
                directory.catalog(),
                CatalogOptions.defaults()
                        .withMapSizeInitialBytes(plan.catalogMapBytes())
                        .withSynchronousCommits(plan.synchronousCommits())
                        .withClock(clock)
                        .withNodeIds(() -> nodeId)
                        .withMetrics(metrics));
    }

    private static ChunkStore openChunks(
            NodePlan plan,
            DataDirectory directory,
            Catalog catalog,
            FileIo io,
            InstantSource clock,
            boolean mayCommit)
            throws StoreException {
        List<PoolPlan> pools =
                DiskRegistry.plan(
                        pools(plan, directory),
                        catalog,
                        io,
                        () -> DiskId.of(UUID.randomUUID()),
                        mayCommit);
        ChunkStore chunks = ChunkStore.open(pools, plan.storeOptions(), io, clock);
        if (mayCommit) {
            DiskRegistry.confirm(catalog, chunks);
        }
        return chunks;
    }

    private static List<PoolSpec> pools(NodePlan plan, DataDirectory directory) {
        if (!plan.store().pools().isEmpty()) {
            return plan.store().pools().stream()
                    .map(pool -> new PoolSpec(pool.name(), pool.copies(), pool.directories()))
                    .toList();
        }
        List<Path> directories =
                plan.storeDirectories().isEmpty()
                        ? List.of(directory.store())
                        : plan.storeDirectories();
        return List.of(new PoolSpec(PoolPlan.NAME_DEFAULT, 1, directories));
    }

    private static UpkeepOptions upkeepOptions(StoreSettings store) {
        return new UpkeepOptions(
                store.repairBytesPerSecond(),
                store.scrubBytesPerSecond(),
                store.scrubIntervalDays() * 86_400_000L,
                store.repairDelaySeconds() * 1000L,
                UpkeepOptions.DEFAULTS.tickMillis());
    }

    // ---- commands on a stopped node

    /**
     * Checks the storage of a stopped node, changing nothing.
     *
     * @return what is wrong; empty if all is well
     * @throws StartException if the data directory cannot be taken, as while the node runs
     */
    public static List<Finding> check(NodePlan plan) throws StartException, StoreException {
        requireThere(plan.dataDirectory());
        try (DataDirectory directory = DataDirectory.open(plan.dataDirectory());
                Catalog catalog =
                        Catalog.open(directory.catalog(), CatalogOptions.defaults().asReadOnly())) {
            FileIo io = new DiskFileIo();
            ChunkStore chunks =
                    openChunks(plan, directory, catalog, io, InstantSource.system(), false);
            return MediumCheck.run(catalog, chunks, chunks.io());
        }
    }

    /**
     * What a rebuild came to.
     *
     * @param oldCatalog where the catalog that was there is now
     */
    public record Rebuilt(CatalogRebuild.Report report, Optional<Path> oldCatalog) {}

    /**
     * Makes the catalog of a stopped node anew from its labels and chunks, and from tiers. The old one is moved aside first.
     *
     * @param fromTiers names of tiers whose cartridges are to be in it too. With one the data directory may be empty, or
     *     missing: the node becomes the one that the tier belongs to
     * @throws StartException if the data directory cannot be taken, as while the node runs; or a tier cannot be used
     */
    public static Rebuilt rebuild(
            NodePlan plan, List<String> fromTiers, InstantSource clock, Supplier<UUID> nodeIds)
            throws StartException, StoreException {
        if (fromTiers.isEmpty()) {
            requireThere(plan.dataDirectory());
        }
        try (RebuildTiers tiers = RebuildTiers.open(plan, fromTiers, clock);
                DataDirectory directory = DataDirectory.open(plan.dataDirectory())) {
            UUID nodeId =
                    directory.nodeIdOrElse(() ->
                            nodeIdOf(directory.catalog()).or(tiers::nodeId).orElseGet(nodeIds));
            tiers.requireOf(nodeId);
            Optional<Path> old = moveAside(directory.catalog(), clock);
            FileIo io = new DiskFileIo();
            try (Catalog catalog =
                    openCatalog(plan, directory, clock, nodeIds, new MetricsRegistry())) {
                ChunkStore chunks = openChunks(plan, directory, catalog, io, clock, true);
                tiers.restoreLabels(new LabelStore(chunks.disks().directories(), chunks.io()));
                CatalogRebuild.Report local = CatalogRebuild.run(chunks, chunks.io(), catalog);
                CatalogRebuild.Report report = tiers.fill(catalog, local);
                catalog.commit(
                        change -> change.putIdentityIfAbsent(REBUILT, clock.instant().toString()));
                return new Rebuilt(report, old);
            }
        }
    }

    private static void requireThere(Path directory) throws StartException {
        if (!Files.isDirectory(directory)) {
            throw new StartException("there is no data directory " + directory);
        }
    }

    private static Optional<UUID> nodeIdOf(Path catalog) {
        try (Catalog old = Catalog.open(catalog, CatalogOptions.defaults().asReadOnly())) {
            return Optional.of(old.node().nodeId());
        } catch (CatalogException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> moveAside(Path catalog, InstantSource clock)
            throws StartException {
        if (!Files.exists(catalog)) {
            return Optional.empty();
        }
        Path aside =
                catalog.resolveSibling(
                        catalog.getFileName() + ".old-" + SUFFIX.format(clock.instant()));
        try {
            return Optional.of(Files.move(catalog, aside));
        } catch (IOException e) {
            throw new StartException("cannot move " + catalog + " to " + aside + ": " + e, e);
        }
    }

    // ---- a running node

    public Path dataDirectory() {
        return directory.path();
    }

    /** Where flight recorders have their files. */
    Path flightDirectory() {
        return directory.flight();
    }

    /** The node's identity, the same for ever. */
    public UUID nodeId() {
        return nodeId;
    }

    public Catalog catalog() {
        return catalog;
    }

    public ChunkStore chunks() {
        return chunks;
    }

    /** What keeps the chunks whole, and places them on disks. */
    public Upkeep upkeep() {
        return upkeep;
    }

    public Cartridges cartridges() {
        return cartridges;
    }

    /** The medium of a cartridge, at its beginning. */
    Medium mount(VolumeIdentifier volume) throws StoreException {
        return switch (cartridges.mount(volume)) {
            case MountOutcome.Mounted(Medium medium) -> medium;
            case MountOutcome.Unknown() ->
                    throw new StoreException.ReadFailed("there is no cartridge " + volume, null);
            case MountOutcome.InUse() ->
                    throw new StoreException.ReadFailed(
                            "cartridge " + volume + " is mounted already", null);
        };
    }

    /** Looks for damage in the catalog, and compares it with the files. Takes time in proportion to both. */
    public List<Finding> check() throws StoreException {
        return MediumCheck.run(catalog, chunks, io);
    }

    @Override
    public void close() {
        expiry.shutdownNow();
        upkeep.close();
        cartridges.close();
        catalog.close();
        directory.close();
    }
}
