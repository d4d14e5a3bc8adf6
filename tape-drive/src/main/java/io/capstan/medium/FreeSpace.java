package io.capstan.medium;

import io.capstan.store.ChunkStore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The store's free space, cheap enough to ask for every write: the system is asked once for every
 * {@link #REFRESH_INTERVAL_BYTES} that all mediums together have written, and in between what they write is taken off. Only
 * when little is left the system is asked every time, so that space that comes free is seen.
 *
 * <p>Any thread; one for all mediums of a store.
 */
final class FreeSpace {

    /** A quarter of the store's usual reserve: what others may take unseen in between stays inside the reserve. */
    static final long REFRESH_INTERVAL_BYTES = 64L << 20;

    private final ChunkStore store;
    private final AtomicLong freeBytes = new AtomicLong();
    private final AtomicLong takenBytes = new AtomicLong(REFRESH_INTERVAL_BYTES);

    FreeSpace(ChunkStore store) {
        this.store = store;
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
        freeBytes.addAndGet(-bytes);
        takenBytes.addAndGet(bytes);
    }

    private void refresh() {
        takenBytes.set(0);
        freeBytes.set(store.freeBytes());
    }
}
