package io.capstan.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * So many bytes a second, evenly spread, for whoever comes in turn. A limit that is changed holds within a second, for those too
 * who wait. Ends whoever waits once it is closed. Any thread.
 */
public final class Bandwidth implements Pace {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier bytesPerSecond;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();

    /** Of all who came. */
    private long claimedBytes;

    /** Of those, how many there was no time for yet, at {@link #settledNanos}. */
    private double owedBytes;

    private long settledNanos;
    private boolean closed;

    /**
     * @param bytesPerSecond asked again and again, so that it can be changed under way
     */
    public Bandwidth(LongSupplier bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.settledNanos = nanoTime.getAsLong();
    }

    @Override
    public void await(long bytes) throws StoreException {
        lock.lock();
        try {
            long rate = bytesPerSecond.getAsLong();
            long turn = claim(bytes, rate);
            long waitNanos = nanosUntil(turn, rate);
            while (!closed && waitNanos > 0) {
                long _ = closing.awaitNanos(Math.min(waitNanos, LOOK_AGAIN_NANOS));
                waitNanos = nanosUntil(turn, bytesPerSecond.getAsLong());
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

    /** Takes a turn, which begins when there was time for the bytes of all who came before. */
    long claim(long bytes, long rate) {
        lock.lock();
        try {
            settle(rate);
            long turn = claimedBytes;
            claimedBytes += bytes;
            owedBytes += bytes;
            return turn;
        } finally {
            lock.unlock();
        }
    }

    /** How long it is until a turn begins, if the limit stays as it is. */
    long nanosUntil(long turn, long rate) {
        lock.lock();
        try {
            settle(rate);
            double aheadBytes = owedBytes - (claimedBytes - turn);
            return Math.max(0, (long) (1e9 * aheadBytes / rate));
        } finally {
            lock.unlock();
        }
    }

    /** What time there was and nobody used is not saved up. */
    private void settle(long rate) {
        long now = nanoTime.getAsLong();
        owedBytes = Math.max(0, owedBytes - 1e-9 * rate * (now - settledNanos));
        settledNanos = now;
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
