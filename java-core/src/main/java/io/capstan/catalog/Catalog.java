package io.capstan.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of every association of a node: cartridges to elements, containers to chunks, chunks to files.
 *
 * <p>Reads run on the caller's thread, any number at once, each on one consistent state. Changes run on one writer thread
 * in the order they are submitted; all that wait are committed together, so that many drives share the cost of one
 * synchronous commit.
 *
 * <p>Neither a query nor a change may call the catalog again: it would see another state than its own, or wait for itself.
 * That is an {@link IllegalStateException}.
 */
public interface Catalog extends AutoCloseable {

    /**
     * Opens the catalog in a directory, creating both where they are missing, and brings an older one forward to this
     * schema version.
     *
     * @throws CatalogException if it is of a newer version, open elsewhere, damaged, or not a catalog. Nothing was touched
     */
    static Catalog open(Path directory, CatalogOptions options) {
        return LmdbCatalog.open(directory, options, Migrations.ALL);
    }

    /** What the catalog says about itself. */
    NodeIdentity node();

    /**
     * Runs a query on the newest committed state. It should be short: pages that it can see are not reused meanwhile, and
     * the map cannot grow before it ends.
     *
     * @param query called once, on this thread
     * @return what the query returned
     */
    <T extends @Nullable Object> T read(Function<? super CatalogView, T> query);

    /**
     * Queues a change. Waits while the queue is full.
     *
     * @param change called on the writer thread. It may be called more than once, each time from the state before it, and
     *     only the last time counts: when the map had to grow, or a change committed together with it failed. So it must
     *     not do anything that cannot be done twice; values it hands out must be set, not added to
     * @return completes once the change is on stable storage; exceptionally with what the change threw, or with a {@link
     *     CatalogException}, and then no trace of it is left. Dependent stages run on the writer thread unless they are
     *     asynchronous, and must not wait
     */
    CompletableFuture<@Nullable Void> submit(Consumer<? super CatalogTransaction> change);

    /**
     * Makes a change and returns once it is on stable storage.
     *
     * @param change as in {@link #submit}
     * @throws CatalogException if it could not be committed; no trace of it is left
     * @throws RuntimeException whatever {@code change} threw; no trace of it is left
     */
    void commit(Consumer<? super CatalogTransaction> change);

    /**
     * Looks for entries that do not decode and for rules between entries that do not hold, in one consistent state. Takes
     * time and memory in proportion to the catalog, and the map cannot grow meanwhile.
     *
     * @param presence asked for the file of each chunk; {@link ChunkPresence#ASSUMED} to leave files out
     * @return one finding for each breach; empty if all is well
     */
    List<CatalogFinding> check(ChunkPresence presence);

    /** Commits what is queued, waits for reads under way, and releases everything. Further calls do nothing. */
    @Override
    void close();
}
