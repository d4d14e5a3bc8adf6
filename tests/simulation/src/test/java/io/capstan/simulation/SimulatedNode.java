package io.capstan.simulation;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.fakes.DeferredExecutor;
import io.capstan.fakes.catalog.PoweredCatalog;
import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.BackgroundThreads;
import io.capstan.medium.Cartridges;
import io.capstan.medium.KeepGenerations;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import io.capstan.store.PoolPlan;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import io.capstan.upkeep.DiskRegistry;
import io.capstan.upkeep.PoolSpec;
import io.capstan.upkeep.Upkeep;
import io.capstan.upkeep.UpkeepOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The storage of a node on a simulated disk, with one thread for everything: background work is done where the seed says,
 * also in the middle of a drive's disk calls. The catalog is LMDB, on files that stay as they are; whether a commit that was
 * under way is in them when the power goes is up to the seed.
 */
final class SimulatedNode implements AutoCloseable {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Without bounds, and without waiting. */
    private static final UpkeepOptions UPKEEP =
            new UpkeepOptions(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 1);

    private final Swarm swarm;
    private final Random random;
    private final SimulatedDisk disk;
    private final FaultyDirectories directories;
    private final Path catalogDirectory;
    private DeferredExecutor sealing = new DeferredExecutor();
    private DeferredExecutor housekeeping = new DeferredExecutor();
    private long nowMillis = START.toEpochMilli();
    private boolean inBackground;
    private Catalog catalog;
    private ChunkStore store;
    private Cartridges cartridges;
    private Upkeep upkeep;

    SimulatedNode(Swarm swarm, Random random, SimulatedDisk disk, Path catalogDirectory)
            throws StoreException {
        this.swarm = swarm;
        this.random = random;
        this.disk = disk;
        this.directories = new FaultyDirectories(disk);
        this.catalogDirectory = catalogDirectory;
        disk.beforeEachCall(this::beforeDiskCall);
        start();
    }

    void start() throws StoreException {
        sealing = new DeferredExecutor();
        housekeeping = new DeferredExecutor();
        catalog = new PoweredCatalog(openCatalog(catalogDirectory), disk);
        List<Path> names =
                IntStream.range(0, swarm.directories())
                        .mapToObj(i -> Path.of("/disk" + i))
                        .toList();
        store =
                swarm.isMirrored()
                        ? openPool(names)
                        : ChunkStore.open(names, new StoreOptions(swarm.chunkSizeBytes(), 0), disk);
        cartridges = openCartridges(catalog);
        upkeep = Upkeep.open(catalog, store, UPKEEP, clock(), this::newDisk, new MetricsRegistry());
    }

    /** As a node opens it, with all calls on this thread. */
    private ChunkStore openPool(List<Path> names) throws StoreException {
        List<PoolPlan> plans =
                DiskRegistry.plan(
                        List.of(new PoolSpec(PoolPlan.NAME_DEFAULT, swarm.copies(), names)),
                        catalog,
                        directories,
                        this::newDisk,
                        true);
        ChunkStore pool =
                ChunkStore.open(
                        plans,
                        new StoreOptions(swarm.chunkSizeBytes(), 0, 0),
                        directories,
                        clock());
        DiskRegistry.confirm(catalog, pool);
        return pool;
    }

    private DiskId newDisk() {
        return new DiskId(random.nextLong(), random.nextLong());
    }

    private Cartridges openCartridges(Catalog of) throws StoreException {
        return Cartridges.open(
                of,
                store,
                io(),
                clock(),
                () -> new UUID(random.nextLong(), random.nextLong()),
                new BackgroundThreads(sealing, housekeeping),
                KeepGenerations.of(Duration.ZERO));
    }

    /** Nothing here cuts the power of the machine this runs on, so its disk need not be waited for. */
    static Catalog openCatalog(Path directory) {
        return Catalog.open(
                directory,
                CatalogOptions.defaults()
                        .withMapSizeInitialBytes(1 << 20)
                        .withSynchronousCommits(false)
                        .withClock(InstantSource.fixed(START))
                        .withNodeIds(() -> new UUID(0, 1)));
    }

    /** A disk takes its time, now and then a long one; meanwhile chunks are sealed. */
    private void beforeDiskCall() {
        nowMillis += random.nextInt(100) == 0 ? random.nextInt(120_000) : random.nextInt(20);
        if (!inBackground && random.nextInt(400) < swarm.backgroundPercent()) {
            runInBackground(sealing);
        }
    }

    private void runInBackground(DeferredExecutor executor) {
        inBackground = true;
        try {
            executor.runNext();
        } finally {
            inBackground = false;
        }
    }

    /** Between commands, garbage is collected and labels are written too. */
    void betweenCommands() {
        if (random.nextInt(100) < swarm.backgroundPercent()) {
            runInBackground(random.nextInt(3) == 0 ? housekeeping : sealing);
        }
    }

    void finishSealing() {
        sealing.runAll();
    }

    void finishHousekeeping() {
        housekeeping.runAll();
    }

    /** The process ends. */
    void stop() {
        upkeep.close();
        cartridges.close();
        catalog.close();
    }

    InstantSource clock() {
        return () -> Instant.ofEpochMilli(nowMillis);
    }

    /** So much that whatever waits for a time has waited. */
    void passTime() {
        nowMillis += 600_000;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    /** Where directories fail. */
    FaultyDirectories directories() {
        return directories;
    }

    /** The files of the store, as the software on it sees them. */
    FileIo io() {
        return swarm.isMirrored() ? store.io() : disk;
    }

    Catalog catalog() {
        return catalog;
    }

    ChunkStore store() {
        return store;
    }

    SimulatedDisk disk() {
        return disk;
    }

    Cartridges cartridges() {
        return cartridges;
    }

    Medium mount(VolumeIdentifier volume) throws StoreException {
        return mount(cartridges, volume);
    }

    private static Medium mount(Cartridges from, VolumeIdentifier volume) throws StoreException {
        if (from.mount(volume) instanceof MountOutcome.Mounted(Medium medium)) {
            return medium;
        }
        throw new AssertionError(volume + " cannot be mounted");
    }

    /** A cartridge as another catalog knows it; to be read, and not closed. */
    Medium mount(Catalog other, VolumeIdentifier volume) throws StoreException {
        return mount(openCartridges(other), volume);
    }

    @Override
    public void close() {
        stop();
    }
}
