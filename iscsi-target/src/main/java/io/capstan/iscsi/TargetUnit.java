package io.capstan.iscsi;

import io.capstan.scsi.Cdb;
import io.capstan.scsi.LogicalUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A logical unit as sessions see it: a way to execute a command on its owner.
 *
 * <p>Design note: a command that needs no mechanism (READ, WRITE and what asks for state) is executed on the event loop
 * that received it when the logical unit is shared and idle. Handing it to another thread and the result back costs two
 * wake-ups, which on an idle machine take as long as a transfer of 256 KiB. The price is that the loop's other sessions
 * wait as long as such a command takes, so a logical unit that was slow once (a disk that hangs) is left to its own
 * thread for a while. Everything else goes to the owner: a changer waits for drives, and no event loop may. Where a ring
 * owns the logical unit, everything goes there.
 */
final class TargetUnit {

    /** Longer than any transfer takes on a disk that is well, one that has to wait for a chunk to be forced included. */
    private static final long SLOW_NANOS = 250_000_000;

    private static final long SLOW_FOR_NANOS = 10_000_000_000L;

    private final TargetLun target;
    private volatile long slowUntilNanos = System.nanoTime();

    TargetUnit(TargetLun target) {
        this.target = target;
    }

    int lun() {
        return target.lun();
    }

    LogicalUnit unit() {
        return target.unit();
    }

    /**
     * Runs a command here and now, if it is brief and the logical unit can be borrowed.
     *
     * @return false, and nothing was run, if not
     */
    boolean tryRun(Cdb cdb, Runnable command) {
        long startNanos = System.nanoTime();
        if (!isBrief(cdb.operationCode())
                || startNanos - slowUntilNanos < 0
                || !target.owner().tryBorrow()) {
            return false;
        }
        try {
            command.run();
        } finally {
            target.owner().giveBack();
        }
        long endNanos = System.nanoTime();
        if (endNanos - startNanos > SLOW_NANOS) {
            slowUntilNanos = endNanos + SLOW_FOR_NANOS;
        }
        return true;
    }

    /** Lets the logical unit get ready for its next command, if it can be borrowed. */
    void prepare() {
        if (System.nanoTime() - slowUntilNanos >= 0 && target.owner().tryBorrow()) {
            try {
                target.unit().prepare();
            } finally {
                target.owner().giveBack();
            }
        }
    }

    /**
     * Hands work to the owner, behind everything handed over before.
     *
     * @throws java.util.concurrent.RejectedExecutionException if it is not served
     */
    <T> CompletableFuture<T> submit(Callable<T> work) {
        return target.owner().submit(work);
    }

    private boolean isBrief(int operationCode) {
        return switch (operationCode) {
            case 0x00, // TEST UNIT READY
                    0x03, // REQUEST SENSE
                    0x05, // READ BLOCK LIMITS
                    0x08, // READ(6)
                    0x0A, // WRITE(6)
                    0x12, // INQUIRY
                    0x1A, // MODE SENSE(6)
                    0x28, // READ(10)
                    0x2A, // WRITE(10)
                    0x34, // READ POSITION
                    0x4D, // LOG SENSE
                    0x5A -> // MODE SENSE(10)
                    true;
            default -> false;
        };
    }
}
