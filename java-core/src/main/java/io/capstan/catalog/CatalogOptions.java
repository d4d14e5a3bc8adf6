package io.capstan.catalog;

import io.capstan.metrics.MetricsRegistry;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * How to open a catalog.
 *
 * @param mapSizeInitialBytes address space reserved at first; grows by doubling, each time waiting for the readers that
 *     are under way, so it is better large than small: it costs address space, not memory or disk
 * @param synchronousCommits whether a commit waits for stable storage. Without it the process may crash harmlessly, but
 *     a power failure may lose acknowledged commits or damage the catalog
 * @param readOnly whether to refuse every change; the catalog must exist already
 * @param queueCapacity changes that may wait for the writer thread; whoever submits one more waits
 * @param clock time of creation of a new catalog
 * @param nodeIds where a new catalog takes its node's identity from
 * @param metrics where {@link CatalogCounter} is counted
 */
public record CatalogOptions(
        long mapSizeInitialBytes,
        boolean synchronousCommits,
        boolean readOnly,
        int queueCapacity,
        InstantSource clock,
        Supplier<UUID> nodeIds,
        MetricsRegistry metrics) {

    /** 1 GiB holds some 2.5 million runs with their chunks (400 bytes each), which is 150 TiB in chunks of 64 MiB. */
    public static final long MAP_SIZE_INITIAL_DEFAULT_BYTES = 1L << 30;

    /** The smallest map that takes the empty databases and a change. */
    public static final long MAP_SIZE_MIN_BYTES = 1L << 18;

    /** Several changes for each of the 64 drives of a node. */
    public static final int QUEUE_CAPACITY_DEFAULT = 1024;

    public CatalogOptions {
        if (mapSizeInitialBytes < MAP_SIZE_MIN_BYTES) {
            throw new IllegalArgumentException(
                    "map size " + mapSizeInitialBytes + " is below " + MAP_SIZE_MIN_BYTES);
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queue capacity " + queueCapacity + " is below 1");
        }
    }

    /** The options of a node in production. */
    public static CatalogOptions defaults() {
        return new CatalogOptions(
                MAP_SIZE_INITIAL_DEFAULT_BYTES,
                true,
                false,
                QUEUE_CAPACITY_DEFAULT,
                InstantSource.system(),
                UUID::randomUUID,
                new MetricsRegistry());
    }

    /** To look at the catalog of a stopped node: no change is possible. */
    public CatalogOptions asReadOnly() {
        return new CatalogOptions(
                mapSizeInitialBytes,
                synchronousCommits,
                true,
                queueCapacity,
                clock,
                nodeIds,
                metrics);
    }

    public CatalogOptions withMapSizeInitialBytes(long bytes) {
        return new CatalogOptions(
                bytes, synchronousCommits, readOnly, queueCapacity, clock, nodeIds, metrics);
    }

    public CatalogOptions withSynchronousCommits(boolean synchronous) {
        return new CatalogOptions(
                mapSizeInitialBytes, synchronous, readOnly, queueCapacity, clock, nodeIds, metrics);
    }

    public CatalogOptions withQueueCapacity(int capacity) {
        return new CatalogOptions(
                mapSizeInitialBytes,
                synchronousCommits,
                readOnly,
                capacity,
                clock,
                nodeIds,
                metrics);
    }

    public CatalogOptions withClock(InstantSource source) {
        return new CatalogOptions(
                mapSizeInitialBytes,
                synchronousCommits,
                readOnly,
                queueCapacity,
                source,
                nodeIds,
                metrics);
    }

    public CatalogOptions withNodeIds(Supplier<UUID> source) {
        return new CatalogOptions(
                mapSizeInitialBytes,
                synchronousCommits,
                readOnly,
                queueCapacity,
                clock,
                source,
                metrics);
    }

    public CatalogOptions withMetrics(MetricsRegistry registry) {
        return new CatalogOptions(
                mapSizeInitialBytes,
                synchronousCommits,
                readOnly,
                queueCapacity,
                clock,
                nodeIds,
                registry);
    }
}
