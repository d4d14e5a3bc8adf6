package io.capstan.catalog;

import io.capstan.catalog.ChangeQueue.Change;
import io.capstan.metrics.MetricsRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.LmdbException;

/**
 * The one thread that writes. It takes all changes that wait, runs them in one transaction, commits that, and tells whoever
 * waits.
 *
 * <p>Design note: when a change throws, the whole transaction is aborted and the others of the batch run again without it,
 * instead of each change having a nested transaction to itself. Changes must stand being run again anyway, for when the
 * map is full; throwing is rare, because outcomes are values; and a nested transaction allocates megabytes for its page
 * lists each time.
 */
final class Writer implements Runnable {

    private final Environment environment;
    private final ChangeQueue queue;
    private final MetricsRegistry metrics;
    private final Thread thread;

    Writer(Environment environment, CatalogOptions options) {
        this.environment = environment;
        this.queue = new ChangeQueue(options.queueCapacity());
        this.metrics = options.metrics();
        this.thread = Thread.ofPlatform().name("catalog-writer").unstarted(this);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<@Nullable Void> submit(Consumer<? super CatalogTransaction> body) {
        requireOtherThread();
        environment.requireOutsideRead();
        Change change = new Change(body);
        queue.add(change);
        return change.done();
    }

    /** Commits what is queued and ends the thread. Called from another one. */
    void close() {
        queue.close();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void requireOtherThread() {
        if (Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the catalog was called from its writer thread");
        }
    }

    @Override
    public void run() {
        for (List<Change> batch = queue.takeAll(); !batch.isEmpty(); batch = queue.takeAll()) {
            commit(batch);
        }
    }

    private void commit(List<Change> batch) {
        try {
            while (!batch.isEmpty() && !tryCommit(batch)) {
                metrics.counter(CatalogCounter.BATCHES_REDONE).increment();
            }
        } catch (LmdbException e) {
            fail(batch, Faults.translate(e));
        } catch (Throwable e) {
            fail(batch, e);
        }
    }

    /**
     * Commits the batch, or takes what is in its way out of it.
     *
     * @return false if the batch must run again
     */
    private boolean tryCommit(List<Change> batch) {
        try (RawTransaction raw = environment.beginWrite()) {
            LmdbTransaction transaction = new LmdbTransaction(raw, environment);
            for (Change change : batch) {
                @Nullable Throwable failure = apply(change, transaction);
                if (raw.fault() != null && Faults.isMapFull(raw.fault())) {
                    throw raw.fault();
                }
                if (failure != null) {
                    batch.remove(change);
                    fail(List.of(change), failure);
                    return batch.isEmpty();
                }
            }
            raw.commit();
        } catch (LmdbException e) {
            if (!Faults.isMapFull(e)) {
                throw e;
            }
            growMap();
            return false;
        }
        metrics.counter(CatalogCounter.COMMITS).increment();
        metrics.counter(CatalogCounter.CHANGES).add(batch.size());
        batch.forEach(change -> change.done().complete(null));
        return true;
    }

    /** What the change threw, or what LMDB threw in it. */
    private static @Nullable Throwable apply(Change change, LmdbTransaction transaction) {
        try {
            change.body().accept(transaction);
        } catch (Throwable e) {
            return e;
        }
        LmdbException fault = transaction.raw.fault();
        return fault == null ? null : Faults.translate(fault);
    }

    /** The transaction is closed by now: LMDB cannot grow the map under one. */
    private void growMap() {
        environment.grow();
        metrics.counter(CatalogCounter.MAP_GROWTHS).increment();
    }

    private void fail(List<Change> changes, Throwable failure) {
        metrics.counter(CatalogCounter.CHANGES_FAILED).add(changes.size());
        changes.forEach(change -> change.done().completeExceptionally(failure));
    }
}
