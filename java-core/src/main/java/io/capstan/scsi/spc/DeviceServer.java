package io.capstan.scsi.spc;

import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.util.Optional;

/**
 * What a tape drive or a changer does behind {@link SpcDeviceServer}. Every method is called on the logical unit's owner
 * thread.
 *
 * @param <C> its own commands, a sealed interface
 */
public interface DeviceServer<C> {

    /**
     * Executes one command of its own to the end.
     *
     * @param task buffers and nexus, borrowed until return
     * @return status and sense; Data-In is in the task's buffer, and stays valid with CHECK CONDITION
     * @throws CheckConditionException for an illegal request, before anything has changed; Data-In is then discarded
     */
    CommandResult execute(C command, Task task);

    /**
     * Does what was left to be done of commands that were answered GOOD, before a command that may depend on it. What cannot be
     * done becomes a deferred error, which that command then reports.
     */
    default void settle() {}

    /** Why TEST UNIT READY must fail, usually a NOT READY; empty when ready. */
    Optional<SenseData> notReady();

    /** What REQUEST SENSE returns when nothing is pending, for example progress; empty for NO SENSE. */
    default Optional<SenseData> currentSense() {
        return Optional.empty();
    }

    /**
     * Performs a self-test and waits for it.
     *
     * @param selfTestCode SELF-TEST CODE of SEND DIAGNOSTIC, 0 for the default self-test
     * @return what is broken; empty when the self-test passed
     */
    default Optional<SenseData> selfTest(int selfTestCode) {
        return Optional.empty();
    }

    /**
     * Takes part in a task management function. Prevention of medium removal, mode pages and unit attentions are done
     * before this is called.
     */
    default void manage(TaskManagementFunction function, Nexus nexus) {}
}
