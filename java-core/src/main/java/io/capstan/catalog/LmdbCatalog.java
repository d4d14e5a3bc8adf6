package io.capstan.catalog;

import io.capstan.catalog.CatalogException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The catalog in an LMDB environment. */
final class LmdbCatalog implements Catalog {

    /** Held by the one process that may write. LMDB itself would let several take turns. */
    private static final String WRITER_LOCK_FILE = "writer.lock";

    /** LMDB must not open an environment twice in one process: closing one would drop the file locks of the other. */
    private static final Set<Path> OPEN_DIRECTORIES = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final @Nullable FileChannel writerLock;
    private final Environment environment;
    private final Writer writer;
    private final NodeIdentity node;
    private final CatalogOptions options;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private LmdbCatalog(
            Path directory,
            @Nullable FileChannel writerLock,
            Environment environment,
            CatalogOptions options) {
        this.directory = directory;
        this.writerLock = writerLock;
        this.environment = environment;
        this.options = options;
        this.writer = new Writer(environment, options);
        this.node = environment.read(Migrations::readIdentity);
    }

    static LmdbCatalog open(Path directory, CatalogOptions options, List<Migration> migrations) {
        Path place = requireDirectory(directory, options.readOnly());
        if (!OPEN_DIRECTORIES.add(place)) {
            throw new CatalogException(
                    Reason.LOCKED, "the catalog in " + place + " is open in this process already");
        }
        @Nullable FileChannel writerLock = null;
        @Nullable Environment environment = null;
        boolean isOpened = false;
        try {
            writerLock = options.readOnly() ? null : lock(place);
            environment = Environment.open(place, options, migrations);
            LmdbCatalog catalog = new LmdbCatalog(place, writerLock, environment, options);
            catalog.writer.start();
            isOpened = true;
            return catalog;
        } finally {
            if (!isOpened) {
                release(place, writerLock, environment);
            }
        }
    }

    private static Path requireDirectory(Path directory, boolean readOnly) {
        try {
            if (readOnly && !Files.isRegularFile(directory.resolve("data.mdb"))) {
                throw new CatalogException(
                        Reason.NOT_A_CATALOG, "there is no catalog in " + directory);
            }
            return Files.createDirectories(directory).toRealPath();
        } catch (FileAlreadyExistsException e) {
            throw new CatalogException(Reason.NOT_A_CATALOG, directory + " is not a directory", e);
        } catch (IOException e) {
            throw new CatalogException(
                    Reason.IO, "catalog directory " + directory + " is not usable: " + e, e);
        }
    }

    private static FileChannel lock(Path directory) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            directory.resolve(WRITER_LOCK_FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
        } catch (OverlappingFileLockException e) {
            throw new AssertionError("a lock of this process on " + directory + " was left", e);
        } catch (IOException e) {
            throw new CatalogException(
                    Reason.IO, "catalog directory " + directory + " cannot be locked: " + e, e);
        }
        throw new CatalogException(
                Reason.LOCKED, "the catalog in " + directory + " is in use by another process");
    }

    @Override
    public NodeIdentity node() {
        return node;
    }

    @Override
    public <T extends @Nullable Object> T read(Function<? super CatalogView, T> query) {
        return readRaw(raw -> query.apply(new LmdbView(raw, environment)));
    }

    @Override
    public List<CatalogFinding> check(ChunkPresence presence) {
        return readRaw(raw -> CatalogCheck.run(raw, presence));
    }

    private <T extends @Nullable Object> T readRaw(Function<RawTransaction, T> query) {
        writer.requireOtherThread();
        options.metrics().counter(CatalogCounter.READS).increment();
        return environment.read(query);
    }

    @Override
    public CompletableFuture<@Nullable Void> submit(Consumer<? super CatalogTransaction> change) {
        if (options.readOnly()) {
            throw new IllegalStateException("the catalog is open for reading only");
        }
        return writer.submit(change);
    }

    @Override
    public void commit(Consumer<? super CatalogTransaction> change) {
        try {
            submit(change).join();
        } catch (CompletionException e) {
            throw unwrap(e);
        }
    }

    /** What the change threw, as it threw it. */
    private static RuntimeException unwrap(CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return e;
    }

    @Override
    public void close() {
        writer.requireOtherThread();
        environment.requireOutsideRead();
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        try {
            writer.close();
        } finally {
            release(directory, writerLock, environment);
        }
    }

    private static void release(
            Path directory, @Nullable FileChannel writerLock, @Nullable Environment environment) {
        try (writerLock) {
            if (environment != null) {
                environment.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            OPEN_DIRECTORIES.remove(directory);
        }
    }
}
