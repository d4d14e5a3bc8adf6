package io.capstan.medium;

import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.util.LinkedHashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can wait: reclaiming garbage and refreshing labels, on one thread of its own. Work for the same container or
 * cartridge that waits already is not queued twice, so no more waits than there are cartridges.
 *
 * <p>Work that fails is logged and left; the next start, or the next of its kind, does it again. Any thread.
 */
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 30;

    private final ExecutorService thread;
    private final LinkedHashSet<Object> waiting = new LinkedHashSet<>();
    private final Reclaimer reclaimer;
    private final Labels labels;
    private boolean closed;

    interface Work {
        void run() throws StoreException;
    }

    /**
     * @param thread runs one thing after the other; closed with this
     */
    Housekeeping(ExecutorService thread, Reclaimer reclaimer, Labels labels) {
        this.thread = thread;
        this.reclaimer = reclaimer;
        this.labels = labels;
    }

    /** Removes what a container does not refer to any more. */
    void reclaim(ContainerId container) {
        submit(container, () -> reclaimer.reclaim(container));
    }

    /** Writes a cartridge's label anew. */
    void refreshLabel(VolumeIdentifier volume) {
        submit(volume, () -> labels.refresh(volume));
    }

    /**
     * Queues work.
     *
     * @param key the same for work that need not be queued twice
     */
    void submit(Object key, Work work) {
        synchronized (waiting) {
            if (!closed && waiting.add(key)) {
                thread.execute(() -> run(key, work));
            }
        }
    }

    private void run(Object key, Work work) {
        synchronized (waiting) {
            waiting.remove(key);
            if (closed) {
                return;
            }
        }
        try {
            work.run();
        } catch (StoreException | RuntimeException e) {
            LOG.warn("housekeeping for {} is left for later", key, e);
        }
    }

    /** Waits until all work queued before is done; for tests. */
    void awaitIdle() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        thread.execute(done::countDown);
        done.await();
    }

    /** Ends after the work under way; what waits is left for the next start. */
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
        }
        reclaimer.hurry();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("housekeeping is still at work after {} s", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
