package io.capstan.catalog;

import io.capstan.catalog.CatalogException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/**
 * The LMDB environment: its map, its databases, its transactions.
 *
 * <p>Design note: LMDB may change the size of the map only while this process has no transaction at all. So every read
 * holds {@link #mapLock} shared, and growing holds it exclusively; the writer thread, which alone grows the map, has no
 * transaction then. A thread that waits for the writer must not hold the lock, which {@link #requireOutsideRead} checks.
 * The lock is fair: with many readers the writer would otherwise wait for ever behind a parked one, most of all when virtual
 * threads that keep reading leave no carrier to it. Closing the environment takes the lock exclusively as well, so that no read can touch unmapped memory.
 */
final class Environment implements AutoCloseable {

    private static final String DATA_FILE = "data.mdb";
    private static final String LOCK_FILE = "lock.mdb";

    /** Where a new catalog is until it is whole. */
    private static final String MAKING_DIRECTORY = "new";

    /** Reads at once in this process; one more waits. */
    private static final int READERS_MAX = 1024;

    /** Reads at once of other processes, such as a check from the command line. */
    private static final int READERS_ELSEWHERE_MAX = 64;

    private static final long MAP_SIZE_STEP_BYTES = 1L << 16;

    private final Env<byte[]> env;
    private final Path directory;
    private final boolean readOnly;
    private final Map<Database, Dbi<byte[]>> databases = new EnumMap<>(Database.class);
    private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock(true);
    private final Semaphore readers = new Semaphore(READERS_MAX);
    private volatile @Nullable String closedBecause;

    private Environment(Env<byte[]> env, Path directory, boolean readOnly) {
        this.env = env;
        this.directory = directory;
        this.readOnly = readOnly;
    }

    /** Opens the environment and brings its schema to the newest of {@code migrations}. */
    static Environment open(Path directory, CatalogOptions options, List<Migration> migrations) {
        Environment environment = null;
        boolean isOpened = false;
        try {
            if (!options.readOnly() && !Files.exists(directory.resolve(DATA_FILE))) {
                create(directory, options, migrations);
            }
            environment =
                    new Environment(openEnv(directory, options), directory, options.readOnly());
            environment.extendFile();
            environment.openDatabases(options, migrations);
            isOpened = true;
            return environment;
        } catch (LmdbException e) {
            throw Faults.translate(e);
        } finally {
            if (!isOpened && environment != null) {
                environment.close();
            }
        }
    }

    /**
     * Makes a catalog under another name first. LMDB writes the first pages of its file without forcing them, and does not
     * take for a file of its own what a loss of power then leaves.
     */
    private static void create(Path directory, CatalogOptions options, List<Migration> migrations) {
        Path making = directory.resolve(MAKING_DIRECTORY);
        try {
            deleteUnfinished(making);
            Files.createDirectory(making);
            try (Environment environment =
                    new Environment(openEnv(making, options), making, false)) {
                environment.openDatabases(options, migrations);
            }
            Files.move(
                    making.resolve(DATA_FILE),
                    directory.resolve(DATA_FILE),
                    StandardCopyOption.ATOMIC_MOVE);
            deleteUnfinished(making);
        } catch (IOException e) {
            throw new CatalogException(
                    Reason.IO, "no catalog can be made in " + directory + ": " + e, e);
        }
        synchronizeDirectory(directory);
    }

    private static void deleteUnfinished(Path making) throws IOException {
        Files.deleteIfExists(making.resolve(DATA_FILE));
        Files.deleteIfExists(making.resolve(LOCK_FILE));
        Files.deleteIfExists(making);
    }

    private static Env<byte[]> openEnv(Path directory, CatalogOptions options) {
        long mapSizeBytes =
                Math.ceilDiv(options.mapSizeInitialBytes(), MAP_SIZE_STEP_BYTES)
                        * MAP_SIZE_STEP_BYTES;
        return Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(mapSizeBytes)
                .setMaxDbs(Database.COUNT_MAX)
                .setMaxReaders(READERS_MAX + READERS_ELSEWHERE_MAX)
                .open(directory.toFile(), 0640, flags(options));
    }

    /** Reader slots belong to transactions and not to threads (NOTLS), because virtual threads change theirs. */
    private static EnvFlags[] flags(CatalogOptions options) {
        if (options.readOnly()) {
            return new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_RDONLY_ENV};
        }
        return options.synchronousCommits()
                ? new EnvFlags[] {EnvFlags.MDB_NOTLS}
                : new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOSYNC};
    }

    /**
     * Makes the file as long as its pages say. It may be shorter by pages that were allocated and freed in one transaction
     * and never written, which nothing refers to. If it is shorter because somebody cut it, a page that is referred to
     * reads as zeros now, which LMDB reports as damage; without this, touching it would end the process by SIGBUS.
     */
    private void extendFile() {
        long expectedBytes = (env.info().lastPageNumber + 1) * env.stat().pageSize;
        Path file = directory.resolve(DATA_FILE);
        try {
            if (Files.size(file) >= expectedBytes) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), expectedBytes - 1);
            }
        } catch (IOException e) {
            throw new CatalogException(
                    Reason.CORRUPT,
                    "catalog file %s is shorter than its %d bytes".formatted(file, expectedBytes),
                    e);
        }
    }

    private void openDatabases(CatalogOptions options, List<Migration> migrations) {
        int newest = Migrations.newestVersion(migrations);
        int version = storedVersion();
        if (version > newest) {
            throw new CatalogException(
                    Reason.NEWER_SCHEMA,
                    ("the catalog in %s has schema version %d, and this software knows versions up to"
                                    + " %d: use the version of the software that wrote it")
                            .formatted(directory, version, newest));
        }
        if (version == newest) {
            openExistingDatabases();
        } else if (readOnly) {
            throw new CatalogException(
                    version == 0 ? Reason.NOT_A_CATALOG : Reason.OLDER_SCHEMA,
                    version == 0
                            ? "there is no catalog in " + directory
                            : "the catalog in %s has schema version %d and must be opened for writing once"
                                    .formatted(directory, version));
        } else {
            migrate(version, options, migrations);
        }
    }

    /** The schema version of the catalog, or 0 if it is empty. */
    private int storedVersion() {
        List<String> names =
                env.getDbiNames().stream()
                        .map(name -> new String(name, StandardCharsets.UTF_8))
                        .toList();
        if (names.isEmpty()) {
            return 0;
        }
        if (!names.contains(Database.META.databaseName)) {
            throw new CatalogException(
                    Reason.NOT_A_CATALOG, directory + " holds an LMDB store of something else");
        }
        try (Txn<byte[]> transaction = env.txnRead()) {
            Map<Database, Dbi<byte[]>> metaOnly = new EnumMap<>(Database.class);
            metaOnly.put(Database.META, openDatabase(transaction, Database.META));
            return Migrations.readVersion(new RawTransaction(transaction, metaOnly));
        }
    }

    private void openExistingDatabases() {
        try (Txn<byte[]> transaction = env.txnRead()) {
            for (Database database : Database.values()) {
                databases.put(database, openDatabase(transaction, database));
            }
            transaction.commit();
        } catch (Dbi.KeyNotFoundException e) {
            throw new CatalogException(
                    Reason.CORRUPT, "the catalog is damaged: a database is missing", e);
        }
    }

    private void migrate(int version, CatalogOptions options, List<Migration> migrations) {
        writeGrowing(
                raw -> Migrations.run(migrations, version, raw, options),
                transaction -> {
                    for (Database database : Database.values()) {
                        databases.put(
                                database, openDatabase(transaction, database, DbiFlags.MDB_CREATE));
                    }
                });
        synchronizeDirectory(directory);
    }

    /** LMDB synchronizes its file, but not the directory's entry of it. */
    private static void synchronizeDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new CatalogException(
                    Reason.IO, "directory " + directory + " cannot be synchronized", e);
        }
    }

    private Dbi<byte[]> openDatabase(
            Txn<byte[]> transaction, Database database, DbiFlags... flags) {
        byte[] name = database.databaseName.getBytes(StandardCharsets.UTF_8);
        return env.openDbi(transaction, name, ByteArrayProxy::compareArrays, false, flags);
    }

    /** Runs a query in a read transaction of its own, on the caller's thread. */
    <T extends @Nullable Object> T read(Function<RawTransaction, T> query) {
        requireOutsideRead();
        readers.acquireUninterruptibly();
        mapLock.readLock().lock();
        try {
            requireOpen();
            try (RawTransaction raw = new RawTransaction(env.txnRead(), databases)) {
                return query.apply(raw);
            }
        } catch (LmdbException e) {
            throw Faults.translate(e);
        } finally {
            mapLock.readLock().unlock();
            readers.release();
        }
    }

    /** A write transaction; only the writer thread may have one, and only one. */
    RawTransaction beginWrite() {
        requireOpen();
        return new RawTransaction(env.txnWrite(), databases);
    }

    /** Commits one change, in as large a map as it needs. Only before the writer thread runs. */
    private void writeGrowing(Consumer<RawTransaction> change, Consumer<Txn<byte[]>> preparation) {
        while (true) {
            Txn<byte[]> transaction = env.txnWrite();
            try (RawTransaction raw = new RawTransaction(transaction, databases)) {
                preparation.accept(transaction);
                try {
                    change.accept(raw);
                } catch (CatalogException e) {
                    throw raw.fault() == null ? e : raw.fault();
                }
                raw.commit();
                return;
            } catch (LmdbException e) {
                if (!Faults.isMapFull(e)) {
                    throw e;
                }
            }
            grow();
        }
    }

    /**
     * Doubles the map, after the reads that are under way. The caller has no transaction.
     *
     * @throws CatalogException if there is no address space for it. There is no map at all then, and nothing more can be
     *     done in this environment
     */
    void grow() {
        long sizeBytes = env.info().mapSize;
        mapLock.writeLock().lock();
        try {
            env.setMapSize(sizeBytes * 2);
        } catch (LmdbException e) {
            closedBecause = "the catalog's map cannot grow beyond %d bytes".formatted(sizeBytes);
            throw new CatalogException(Reason.IO, closedBecause + ": " + e.getMessage(), e);
        } finally {
            mapLock.writeLock().unlock();
        }
    }

    CatalogStatistics statistics(RawTransaction raw) {
        TreeMap<String, Long> entries = new TreeMap<>();
        for (Database database : Database.values()) {
            entries.put(database.databaseName, raw.count(database));
        }
        EnvInfo info = env.info();
        return new CatalogStatistics(
                entries, info.mapSize, env.stat().pageSize, info.lastPageNumber + 1);
    }

    /** A read inside a read would see another state; a wait for the writer inside a read may never end. */
    void requireOutsideRead() {
        if (mapLock.getReadHoldCount() > 0) {
            throw new IllegalStateException(
                    "the catalog was called from inside a query of its own");
        }
    }

    @Override
    public void close() {
        requireOutsideRead();
        mapLock.writeLock().lock();
        try {
            if (closedBecause == null && !readOnly) {
                env.sync(true);
            }
        } catch (LmdbException e) {
            throw Faults.translate(e);
        } finally {
            closedBecause = "the catalog is closed";
            env.close();
            mapLock.writeLock().unlock();
        }
    }

    private void requireOpen() {
        String reason = closedBecause;
        if (reason != null) {
            throw new CatalogException(Reason.CLOSED, reason);
        }
    }
}
