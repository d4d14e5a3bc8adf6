package io.capstan.catalog;

import io.capstan.catalog.CatalogException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Changes on their way to the writer thread, in order. Bounded: whoever adds one to a full queue waits. */
final class ChangeQueue {

    /** A change and who waits for it. */
    record Change(
            Consumer<? super CatalogTransaction> body, CompletableFuture<@Nullable Void> done) {

        Change(Consumer<? super CatalogTransaction> body) {
            this(body, new CompletableFuture<>());
        }
    }

    private final int capacity;
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isNotFull = lock.newCondition();
    private final Condition isNotEmpty = lock.newCondition();
    private boolean isClosed;

    ChangeQueue(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Adds a change. An interrupt does not end the wait, because a change half submitted helps nobody.
     *
     * @throws CatalogException if the queue is closed
     */
    void add(Change change) {
        lock.lock();
        try {
            while (!isClosed && changes.size() >= capacity) {
                isNotFull.awaitUninterruptibly();
            }
            if (isClosed) {
                throw new CatalogException(Reason.CLOSED, "the catalog is closed");
            }
            changes.add(change);
            isNotEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything there is, waiting until there is something. Empty only once it is closed and drained. */
    List<Change> takeAll() {
        lock.lock();
        try {
            while (!isClosed && changes.isEmpty()) {
                isNotEmpty.awaitUninterruptibly();
            }
            List<Change> all = new ArrayList<>(changes);
            changes.clear();
            isNotFull.signalAll();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further changes; what is queued can still be taken. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
            isNotFull.signalAll();
            isNotEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
