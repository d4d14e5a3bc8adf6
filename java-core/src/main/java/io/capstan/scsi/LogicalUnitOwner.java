package io.capstan.scsi;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The right to touch a logical unit, held by one thread; everybody else sends it work.
 *
 * <p>The owning thread belongs to whoever serves the logical unit: a ring thread that has the unit to itself, or a
 * thread of the unit's own when several transports reach it. That thread calls {@link #takeOwnership} once, then {@link
 * #runPending} whenever the wake-up it was given fires. The queue is bounded: when it is full, {@link #submit} throws
 * {@link RejectedExecutionException} and nothing was queued.
 */
public final class LogicalUnitOwner {

    /** Messages between owners are rare (loads, unloads, management), so a full queue means a hung owner. */
    private static final int PENDING_MAX = 1024;

    private final Queue<Runnable> pending = new ArrayDeque<>();
    private Runnable wakeUp = () -> {};
    private volatile Thread owner = Thread.currentThread();

    /**
     * Makes the calling thread the owner. Until the first call, the thread that made this object is the owner, so that a
     * logical unit can be set up and tested with no transport.
     *
     * @param wakeUp makes the owner call {@link #runPending} soon; called from any thread, must not block
     */
    public void takeOwnership(Runnable wakeUp) {
        synchronized (pending) {
            this.wakeUp = wakeUp;
            this.owner = Thread.currentThread();
        }
        runPending();
    }

    /** Whether the calling thread is the owner. */
    public boolean isOwner() {
        return Thread.currentThread().equals(owner);
    }

    /**
     * Runs {@code work} on the owner: at once if the caller is the owner, else when the owner gets to it.
     *
     * @throws RejectedExecutionException if the queue is full
     */
    public <T> CompletableFuture<T> submit(Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Runnable task = () -> complete(outcome, work);
        if (isOwner()) {
            task.run();
        } else {
            enqueue(task);
        }
        return outcome;
    }

    /**
     * Runs {@code work} on the owner and waits for it. Two owners must never wait for each other: a changer waits for
     * drives, a drive waits for nobody.
     */
    public <T> T call(Callable<T> work) throws InterruptedException, ExecutionException {
        return submit(work).get();
    }

    /** Runs what was submitted. Owner only. */
    public void runPending() {
        for (Runnable task = poll(); task != null; task = poll()) {
            task.run();
        }
    }

    private void enqueue(Runnable task) {
        Runnable wake;
        synchronized (pending) {
            if (pending.size() >= PENDING_MAX) {
                throw new RejectedExecutionException(
                        "logical unit owner has " + PENDING_MAX + " messages pending");
            }
            pending.add(task);
            wake = wakeUp;
        }
        wake.run();
    }

    private @Nullable Runnable poll() {
        synchronized (pending) {
            return pending.poll();
        }
    }

    private static <T> void complete(CompletableFuture<T> outcome, Callable<T> work) {
        try {
            outcome.complete(work.call());
        } catch (Exception | AssertionError fault) {
            outcome.completeExceptionally(fault);
        }
    }
}
