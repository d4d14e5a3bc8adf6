package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.store.StoreException;
import java.util.Optional;

/**
 * What becomes of faults that concern objects in the buffer, which were answered GOOD before: the command that finds out
 * is not executed and ends with a deferred error.
 *
 * @see "SPC-4, 4.5.7 Deferred errors; Medium, Faults"
 */
final class WriteFaults {

    private final StoreFaults storeFaults;
    private final DriveCounters counters;
    private final Loader loader;

    WriteFaults(StoreFaults storeFaults, DriveCounters counters, Loader loader) {
        this.loader = loader;
        this.storeFaults = storeFaults;
        this.counters = counters;
    }

    /**
     * The end of a command that wrote, and met a fault in it.
     *
     * @param unsynchronizedBefore objects in the buffer when the command began
     * @param residual INFORMATION if the fault is the command's own: nothing of it is on the medium
     */
    CommandResult result(StoreException fault, long unsynchronizedBefore, long residual) {
        noteLoss();
        SenseData sense = storeFaults.sense(fault);
        return CommandResult.checkCondition(
                unsynchronizedBefore > 0 ? deferred(sense) : sense.withInformation(residual));
    }

    /**
     * The end of a command that wrote until there was no space: what the medium took it keeps, in the buffer if need be,
     * so the initiator must write again only what INFORMATION says.
     */
    CommandResult full(StoreException.NoSpace full, long residual) {
        return CommandResult.checkCondition(storeFaults.sense(full).withInformation(residual));
    }

    /**
     * A block that was answered GOOD could not be appended.
     *
     * @return the deferred error to tell
     */
    SenseData lost(StoreException fault) {
        noteLoss();
        return deferred(storeFaults.sense(fault));
    }

    /**
     * Puts the buffer on stable storage ahead of a command that moves the medium.
     *
     * @return the deferred error to end that command with, unexecuted; empty when all is well
     */
    Optional<SenseData> synchronize(Medium medium) {
        if (!medium.hasUnsynchronizedObjects()) {
            return Optional.empty();
        }
        try {
            counters.add(DriveCounter.SYNCHRONIZATIONS, 1);
            medium.synchronize();
            return Optional.empty();
        } catch (StoreException fault) {
            return Optional.of(lost(fault));
        }
    }

    /**
     * Has the medium let go of disks that are to get empty.
     *
     * @return the deferred error to tell, if something that was answered GOOD is lost
     * @throws StoreException if it does not let go now, and nothing is lost: there is no space, or all was on stable storage before
     */
    Optional<SenseData> leaveDisks(Medium medium) throws StoreException {
        boolean hasObjects = medium.hasUnsynchronizedObjects();
        try {
            medium.leaveDisks();
            return Optional.empty();
        } catch (StoreException fault) {
            if (!hasObjects || fault instanceof StoreException.NoSpace) {
                throw fault;
            }
            return Optional.of(lost(fault));
        }
    }

    /** What was in the buffer is gone, and what it had overwritten may be back. */
    private void noteLoss() {
        loader.loaded()
                .ifPresent(mount ->
                        mount.memory()
                                .encryptedObjects()
                                .forget(mount.medium().position().partition()));
    }

    private SenseData deferred(SenseData sense) {
        counters.add(DriveCounter.DEFERRED_ERRORS, 1);
        return sense.withDeferred();
    }
}
