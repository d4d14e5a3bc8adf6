package io.capstan.scsi.spc;

import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Task;

/** Sees every command a logical unit has finished, refused ones included; called on the owner thread. */
@FunctionalInterface
public interface CommandObserver {

    /** Nobody looks. */
    CommandObserver NONE = (name, task, result, elapsedNanos) -> {};

    /**
     * @param commandName name in the command table, or {@code UNKNOWN}
     * @param task borrowed until return
     */
    void finished(String commandName, Task task, CommandResult result, long elapsedNanos);

    /** This observer first, then {@code next}. */
    default CommandObserver andThen(CommandObserver next) {
        return (name, task, result, elapsedNanos) -> {
            finished(name, task, result, elapsedNanos);
            next.finished(name, task, result, elapsedNanos);
        };
    }
}
