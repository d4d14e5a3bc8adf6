package io.capstan.scsi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
 * #runPending} whenever the wake-up it was given fires, and {@link #releaseOwnership} before it ends. The queue is
 * bounded: when it is full, or nobody owns the logical unit, {@link #submit} throws {@link RejectedExecutionException}
 * and nothing was queued.
 *
 * <p>A logical unit that no ring has to itself can be shared: {@link #share} leaves it without an owner between commands,
 * and a thread that has a short command for it borrows it ({@link #tryBorrow}) in place of handing the command over and
 * being handed the result. Whatever is submitted meanwhile runs on the serving thread, in order, once it is given back.
 *
 * <p>What an owner wrote is visible to the next one.
 */
public final class LogicalUnitOwner {

    /** Messages between owners are rare (loads, unloads, management), so a full queue means a hung owner. */
    private static final int PENDING_MAX = 1024;

    /** Work and whoever waits for it. */
    private record Message(CompletableFuture<?> outcome, Runnable work) {}

    private final Queue<Message> pending = new ArrayDeque<>();
    private Runnable wakeUp = () -> {};
    private boolean shared;
    private volatile @Nullable Thread owner = Thread.currentThread();

    /**
     * Makes the calling thread the owner, then runs what was submitted before. Until the first call, the thread that
     * made this object is the owner, so that a logical unit can be set up and tested with no transport; it must be done
     * with the logical unit when another thread takes it.
     *
     * @param wakeUp makes the owner call {@link #runPending} soon; called from any thread, must not block or throw
     */
    public void takeOwnership(Runnable wakeUp) {
        synchronized (pending) {
            this.wakeUp = wakeUp;
            this.shared = false;
            this.owner = Thread.currentThread();
        }
        runPending();
    }

    /**
     * Ends ownership, as the last thing an owning thread does with the logical unit. What is still pending fails with
     * {@link RejectedExecutionException}, so that nobody waits for an owner that is gone.
     *
     * @throws IllegalStateException if the calling thread is not the owner
     */
    public void releaseOwnership() {
        checkOwner();
        List<Message> abandoned;
        synchronized (pending) {
            owner = null;
            wakeUp = () -> {};
            abandoned = new ArrayList<>(pending);
            pending.clear();
        }
        abandoned.forEach(message -> message.outcome().completeExceptionally(noOwner()));
    }

    /**
     * Leaves the logical unit to whoever borrows it. The calling thread, which made this object or owns it, serves what is
     * submitted: it calls {@link #runShared} whenever the wake-up fires, and {@link #endSharing} before it ends.
     *
     * @param wakeUp as in {@link #takeOwnership}
     */
    public void share(Runnable wakeUp) {
        synchronized (pending) {
            this.wakeUp = wakeUp;
            this.owner = null;
            this.shared = true;
        }
        wakeUp.run();
    }

    /**
     * Makes the calling thread the owner of a shared logical unit that is idle, until {@link #giveBack}. To be given back
     * soon: others wait.
     *
     * @return false, and nothing happened, if it is not shared, somebody has it, or something was submitted before
     */
    public boolean tryBorrow() {
        synchronized (pending) {
            if (!shared || owner != null || !pending.isEmpty()) {
                return false;
            }
            owner = Thread.currentThread();
            return true;
        }
    }

    /**
     * Ends what {@link #tryBorrow} began.
     *
     * @throws IllegalStateException if the calling thread is not the owner
     */
    public void giveBack() {
        checkOwner();
        Runnable wake = null;
        synchronized (pending) {
            owner = null;
            if (!pending.isEmpty()) {
                wake = wakeUp;
            }
            pending.notifyAll();
        }
        if (wake != null) {
            wake.run();
        }
    }

    /** Runs what was submitted, unless somebody has borrowed the logical unit, who will cause a wake-up again. */
    public void runShared() {
        synchronized (pending) {
            if (!shared || owner != null) {
                return;
            }
            owner = Thread.currentThread();
        }
        try {
            runPending();
        } finally {
            giveBack();
        }
    }

    /** Makes the calling thread the owner as soon as nobody has borrowed the logical unit, and ends sharing. */
    public void endSharing() {
        boolean interrupted = false;
        synchronized (pending) {
            shared = false;
            while (owner != null) {
                try {
                    pending.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            owner = Thread.currentThread();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the calling thread is the owner. */
    public boolean isOwner() {
        return Thread.currentThread().equals(owner);
    }

    /**
     * Runs {@code work} on the owner: at once if the caller is the owner, else when the owner gets to it. Whatever it
     * throws ends up in the outcome, and never in the owner's thread.
     *
     * @throws RejectedExecutionException if the queue is full, or nobody owns the logical unit
     */
    public <T> CompletableFuture<T> submit(Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        if (isOwner()) {
            complete(outcome, work);
        } else {
            enqueue(new Message(outcome, () -> complete(outcome, work)));
        }
        return outcome;
    }

    /**
     * Runs {@code work} on the owner and waits for it. An interrupt ends the waiting, not the work. Two owners must never
     * wait for each other: a changer waits for drives, a drive waits for nobody.
     */
    public <T> T call(Callable<T> work) throws InterruptedException, ExecutionException {
        return submit(work).get();
    }

    /**
     * Runs what was submitted.
     *
     * @throws IllegalStateException if the calling thread is not the owner
     */
    public void runPending() {
        checkOwner();
        for (Message message = poll(); message != null; message = poll()) {
            message.work().run();
        }
    }

    private void checkOwner() {
        if (!isOwner()) {
            throw new IllegalStateException(Thread.currentThread() + " is not the owner");
        }
    }

    private void enqueue(Message message) {
        Runnable wake;
        synchronized (pending) {
            if (owner == null && !shared) {
                throw noOwner();
            }
            if (pending.size() >= PENDING_MAX) {
                throw new RejectedExecutionException(
                        "logical unit owner has " + PENDING_MAX + " messages pending");
            }
            pending.add(message);
            wake = wakeUp;
        }
        wake.run();
    }

    private @Nullable Message poll() {
        synchronized (pending) {
            return pending.poll();
        }
    }

    private static RejectedExecutionException noOwner() {
        return new RejectedExecutionException("nobody serves the logical unit now");
    }

    /** Catches errors too: an InternalError of a mapped file must reach the waiting thread, not end this one. */
    private static <T> void complete(CompletableFuture<T> outcome, Callable<T> work) {
        try {
            outcome.complete(work.call());
        } catch (Throwable fault) {
            outcome.completeExceptionally(fault);
        }
    }
}
