package io.capstan.medium;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.DiskPlan;
import io.capstan.store.DiskState;
import io.capstan.store.FileIo;
import io.capstan.store.PoolPlan;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The storage of a small node in a directory, which a test can stop, crash and start again. */
final class Node implements AutoCloseable {

    /** Small, so that tests roll from chunk to chunk. */
    static final long CHUNK_SIZE_BYTES = 64 * 1024;

    private static final StoreOptions OPTIONS = new StoreOptions(CHUNK_SIZE_BYTES, 0);

    private Path catalogDirectory;
    private final OpenStore openStore;
    private final UnaryOperator<Catalog> wrap;
    private final Random random = new Random(20260101);

    private Catalog catalog;
    private ChunkStore store;
    private Cartridges cartridges;

    private Node(Path catalogDirectory, OpenStore openStore, UnaryOperator<Catalog> wrap)
            throws StoreException {
        this.catalogDirectory = catalogDirectory;
        this.openStore = openStore;
        this.wrap = wrap;
        this.catalog = openCatalog();
        this.store = openStore.open();
        this.cartridges = openCartridges();
    }

    private interface OpenStore {
        ChunkStore open() throws StoreException;
    }

    /** A node with its data on the machine's disk. */
    static Node onDisk(Path directory) throws StoreException {
        List<Path> disks = List.of(directory.resolve("disk0"), directory.resolve("disk1"));
        FileIo io = new DiskFileIo();
        return new Node(
                directory.resolve("catalog"),
                () -> ChunkStore.open(disks, OPTIONS, io),
                UnaryOperator.identity());
    }

    /**
     * A node with two copies of each chunk on its disks.
     *
     * @param timeoutMillis how long a disk may take to answer; 0 for ever, and nothing happens on other threads
     */
    static Node mirrored(
            FileIo io,
            Path catalogDirectory,
            UnaryOperator<Catalog> wrap,
            long timeoutMillis,
            List<Path> directories)
            throws StoreException {
        List<DiskPlan> disks =
                directories.stream()
                        .map(directory ->
                                new DiskPlan(
                                        StoreDisks.unlabelled(directory),
                                        directory,
                                        DiskPlan.LabelRule.WRITTEN_IF_ABSENT,
                                        DiskState.ACTIVE,
                                        false))
                        .toList();
        StoreOptions options = new StoreOptions(CHUNK_SIZE_BYTES, 0, timeoutMillis);
        return new Node(
                catalogDirectory,
                () ->
                        ChunkStore.open(
                                List.of(new PoolPlan(PoolPlan.NAME_DEFAULT, 2, disks)),
                                options,
                                io,
                                InstantSource.system()),
                wrap);
    }

    /**
     * A node with its chunks elsewhere.
     *
     * @param wrap what to put around its catalog
     */
    static Node on(FileIo io, Path catalogDirectory, UnaryOperator<Catalog> wrap)
            throws StoreException {
        List<Path> disks = List.of(Path.of("/disk0"), Path.of("/disk1"));
        return new Node(catalogDirectory, () -> ChunkStore.open(disks, OPTIONS, io), wrap);
    }

    private Catalog openCatalog() {
        return wrap.apply(openCatalog(catalogDirectory));
    }

    /** A catalog that does not wait for the machine's disk, which no test here cuts the power of. */
    static Catalog openCatalog(Path directory) {
        return Catalog.open(
                directory,
                CatalogOptions.defaults()
                        .withMapSizeInitialBytes(1 << 24)
                        .withSynchronousCommits(false));
    }

    private Cartridges openCartridges() throws StoreException {
        return Cartridges.open(
                catalog,
                store,
                store.io(),
                InstantSource.system(),
                () -> new UUID(random.nextLong(), random.nextLong()));
    }

    Catalog catalog() {
        return catalog;
    }

    ChunkStore store() {
        return store;
    }

    FileIo io() {
        return store.io();
    }

    Cartridges cartridges() {
        return cartridges;
    }

    /** Makes a cartridge and mounts it. */
    Medium mountNew(String volume, List<Long> partitionCapacitiesBytes) throws StoreException {
        VolumeIdentifier identifier = new VolumeIdentifier(volume);
        CreateOutcome outcome =
                cartridges.create(
                        new NewCartridge(identifier, 0x88, 0x5E, partitionCapacitiesBytes, false));
        if (outcome != CreateOutcome.CREATED) {
            throw new AssertionError(volume + ": " + outcome);
        }
        return mount(volume);
    }

    Medium mount(String volume) throws StoreException {
        return switch (cartridges.mount(new VolumeIdentifier(volume))) {
            case MountOutcome.Mounted(Medium medium) -> medium;
            case MountOutcome.Unknown() -> throw new AssertionError(volume + " is unknown");
            case MountOutcome.InUse() -> throw new AssertionError(volume + " is in use");
        };
    }

    /** Stops and starts the software; mediums that are mounted are as good as lost. */
    void restart() throws StoreException {
        stop();
        start();
    }

    /** Mounts a cartridge as another catalog has it, without a trace: to be read, and not closed. */
    static Medium mountReadOnly(Node node, Catalog catalog, String volume) throws StoreException {
        Cartridges cartridges =
                new Cartridges(
                        new Backing(catalog, node.store, node.store.io()),
                        InstantSource.system(),
                        UUID::randomUUID,
                        BackgroundThreads.start(),
                        KeepGenerations.of(Duration.ZERO));
        return switch (cartridges.mount(new VolumeIdentifier(volume))) {
            case MountOutcome.Mounted(Medium medium) -> medium;
            case MountOutcome.Unknown(), MountOutcome.InUse() -> throw new AssertionError(volume);
        };
    }

    /** Waits until nothing goes on in the background. */
    void awaitIdle() throws InterruptedException {
        cartridges.housekeeping().awaitIdle();
    }

    /** Uses another catalog from the next start on. */
    void useCatalog(Path directory) {
        catalogDirectory = directory;
    }

    void start() throws StoreException {
        catalog = openCatalog();
        store = openStore.open();
        cartridges = openCartridges();
    }

    void stop() {
        cartridges.close();
        catalog.close();
    }

    @Override
    public void close() {
        stop();
    }
}
