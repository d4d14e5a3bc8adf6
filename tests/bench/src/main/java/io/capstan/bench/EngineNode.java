package io.capstan.bench;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.DeleteOutcome;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.NewCartridge;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.DiskPlan;
import io.capstan.store.DiskState;
import io.capstan.store.FileIo;
import io.capstan.store.PoolPlan;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The storage engine alone: store, catalog and cartridges in a directory of their own, as the daemon opens them. */
final class EngineNode implements AutoCloseable {

    static final long CARTRIDGE_BYTES = 18_000_000_000_000L;

    static final String SLOW_POOL = "slow";

    private static final int MEDIUM_TYPE = 0x98;
    private static final int DENSITY = 0x60;

    private final Path directory;
    private final boolean isKept;
    private final Catalog catalog;
    private final Cartridges cartridges;

    EngineNode(Path directory) throws StoreException {
        this(directory, false);
    }

    /** In the data directory of a daemon that does not run; its files are kept. */
    static EngineNode keptIn(Path dataDirectory) throws StoreException {
        return new EngineNode(dataDirectory, true);
    }

    private EngineNode(Path directory, boolean isKept) throws StoreException {
        this(
                directory,
                isKept,
                new DiskFileIo(),
                io ->
                        ChunkStore.open(
                                List.of(directory.resolve("store")), StoreOptions.DEFAULTS, io));
    }

    private EngineNode(Path directory, boolean isKept, FileIo io, StoreOpening opening)
            throws StoreException {
        this.directory = directory;
        this.isKept = isKept;
        catalog = Catalog.open(directory.resolve("catalog"), CatalogOptions.defaults());
        ChunkStore store = opening.open(io);
        cartridges = Cartridges.open(catalog, store, io, InstantSource.system(), UUID::randomUUID);
    }

    private interface StoreOpening {
        ChunkStore open(FileIo io) throws StoreException;
    }

    /** With another pool, {@link #SLOW_POOL}, of one disk on which every call takes so much longer. */
    static EngineNode withSlowPool(Path directory, Duration delay) throws StoreException {
        FaultyDirectories io = new FaultyDirectories(new DiskFileIo());
        Path slow = directory.resolve("slow");
        io.slow(slow, delay);
        List<PoolPlan> pools =
                List.of(
                        pool(PoolPlan.NAME_DEFAULT, directory.resolve("store")),
                        pool(SLOW_POOL, slow));
        return new EngineNode(
                directory,
                false,
                io,
                disks ->
                        ChunkStore.open(
                                pools, StoreOptions.DEFAULTS, disks, InstantSource.system()));
    }

    private static PoolPlan pool(String name, Path directory) {
        DiskPlan disk =
                new DiskPlan(
                        DiskId.of(UUID.randomUUID()),
                        directory,
                        DiskPlan.LabelRule.WRITTEN_IF_ABSENT,
                        DiskState.ACTIVE,
                        false);
        return new PoolPlan(name, 1, List.of(disk));
    }

    Catalog catalog() {
        return catalog;
    }

    void make(String volume) throws StoreException {
        make(volume, PoolPlan.NAME_DEFAULT);
    }

    private void make(String volume, String pool) throws StoreException {
        cartridges.create(
                NewCartridge.of(new VolumeIdentifier(volume), MEDIUM_TYPE, DENSITY, CARTRIDGE_BYTES)
                        .in(pool));
    }

    Medium mountNew(String volume) throws StoreException {
        return mountNew(volume, PoolPlan.NAME_DEFAULT);
    }

    Medium mountNew(String volume, String pool) throws StoreException {
        make(volume, pool);
        return mount(volume);
    }

    Medium mount(String volume) throws StoreException {
        return switch (cartridges.mount(new VolumeIdentifier(volume))) {
            case MountOutcome.Mounted(Medium medium) -> medium;
            case MountOutcome.Unknown(), MountOutcome.InUse() ->
                    throw new IllegalStateException("cannot mount " + volume);
        };
    }

    /** Deletes a cartridge that is not mounted. */
    void delete(String volume) throws StoreException {
        if (cartridges.delete(new VolumeIdentifier(volume)) != DeleteOutcome.DELETED) {
            throw new IllegalStateException("cannot delete " + volume);
        }
    }

    /** Waits until the files of all cartridges of the default pool are gone. */
    void awaitNoChunks() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (hasChunks()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("files are not deleted");
            }
            Thread.sleep(10);
        }
    }

    private boolean hasChunks() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("store"))) {
            return files.anyMatch(file -> file.toString().endsWith(".chunk"));
        } catch (UncheckedIOException e) {
            // A directory that went away meanwhile.
            return true;
        }
    }

    /** Stops, and removes all files unless they are kept. */
    @Override
    public void close() throws IOException {
        cartridges.close();
        catalog.close();
        if (!isKept) {
            removeTree(directory);
        }
    }

    static void removeTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
