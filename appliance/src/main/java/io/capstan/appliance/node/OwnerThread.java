package io.capstan.appliance.node;

import io.capstan.scsi.LogicalUnitOwner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Serves a logical unit that no transport has to itself: runs what others send it, and lets others borrow it between. */
final class OwnerThread implements AutoCloseable {

    private final String unitName;
    private final LogicalUnitOwner owner;
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch owning = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * @param unitName of the logical unit
     */
    OwnerThread(String unitName, LogicalUnitOwner owner) {
        this.unitName = unitName;
        this.owner = owner;
        this.thread = Thread.ofPlatform().name("owner-" + unitName).unstarted(this::run);
    }

    String unitName() {
        return unitName;
    }

    /** Returns once the thread serves the logical unit. */
    void start() throws InterruptedException {
        thread.start();
        owning.await();
    }

    private void run() {
        owner.share(wake::release);
        owning.countDown();
        while (!stopping) {
            wake.acquireUninterruptibly();
            wake.drainPermits();
            owner.runShared();
        }
        owner.endSharing();
        owner.releaseOwnership();
    }

    /** Ends the thread after what it is doing; what is sent later is refused. */
    @Override
    public void close() {
        stopping = true;
        wake.release();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
