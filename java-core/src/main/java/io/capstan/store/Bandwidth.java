package io.capstan.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * So many bytes a second, evenly spread. Ends whoever waits once it is closed. Any thread.
 */
public final class Bandwidth implements Pace {

    private final LongSupplier bytesPerSecond;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private long nextNanos;
    private boolean closed;

    /**
     * @param bytesPerSecond asked each time, so that it can be changed under way
     */
    public Bandwidth(LongSupplier bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    @Override
    public void await(long bytes) throws StoreException {
        lock.lock();
        try {
            long waitNanos = claimNanos(bytes);
            while (!closed && waitNanos > 0) {
                waitNanos = closing.awaitNanos(waitNanos);
            }
            if (closed) {
                throw new StoreException.ReadFailed("the node is stopping", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException.ReadFailed("the node is stopping", e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes its turn, and says how long it is until then. */
    long claimNanos(long bytes) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            // What was not used is not saved up.
            nextNanos = Math.max(nextNanos, now);
            long waitNanos = nextNanos - now;
            nextNanos += (long) (1e9 * bytes / bytesPerSecond.getAsLong());
            return waitNanos;
        } finally {
            lock.unlock();
        }
    }

    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
