package io.capstan.medium;

import io.capstan.store.ChunkStore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The free space of a pool, cheap enough to ask for every write: the system is asked once for every
 * {@link #REFRESH_INTERVAL_BYTES} that all mediums together have written, and in between what they write is taken off. Only
 * when little is left the system is asked every time, so that space that comes free is seen.
 *
 * <p>Any thread; one for all mediums of a pool.
 */
final class FreeSpace {

    /** A quarter of the store's usual reserve: what others may take unseen in between stays inside the reserve. */
    static final long REFRESH_INTERVAL_BYTES = 64L << 20;

    /** Where drives begin to report early warning. */
    private static final long LOW_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

    private final ChunkStore store;
    private final String pool;
    private final AtomicLong freeBytes = new AtomicLong();
    private final AtomicLong takenBytes = new AtomicLong(REFRESH_INTERVAL_BYTES);
    private final AtomicBoolean low = new AtomicBoolean();

    FreeSpace(ChunkStore store, String pool) {
        this.store = store;
        this.pool = pool;
    }

    /** Bytes that can still be written, as far as is known. */
    long freeBytes() {
        boolean isOld = takenBytes.get() >= REFRESH_INTERVAL_BYTES;
        if (isOld || freeBytes.get() < REFRESH_INTERVAL_BYTES) {
            refresh();
        }
        return Math.max(0, freeBytes.get());
    }

    /** Takes off what was written. */
    void take(long bytes) {
        report(freeBytes.addAndGet(-bytes));
        takenBytes.addAndGet(bytes);
    }

    private void refresh() {
        takenBytes.set(0);
        long free = store.disks().freeBytes(pool);
        freeBytes.set(free);
        report(free);
    }

    /** Says once that space gets short, and once that it is there again. */
    private void report(long free) {
        if (free <= LOW_BYTES && low.compareAndSet(false, true)) {
            LOG.warn(
                    "disk nearly full: {} MiB free above the reserve in {}; drives report early"
                            + " warning, then end of partition; free space there or add a directory",
                    Math.max(0, free) >> 20,
                    store.disks().directories(pool));
        } else if (free > 2 * LOW_BYTES && low.compareAndSet(true, false)) {
            LOG.info("disk space is there again: {} MiB free above the reserve", free >> 20);
        }
    }
}
