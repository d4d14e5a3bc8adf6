package io.capstan.scsi.spc;

import io.capstan.scsi.Task;

/**
 * Whether a reservation keeps an I_T nexus from executing a command. Over TCMU the kernel does reservations and no
 * command gets here that it refuses.
 */
@FunctionalInterface
public interface Reservations {

    /** Somebody else, or nobody, does reservations. */
    Reservations NONE = (task, command) -> false;

    /**
     * Asked for every command without {@link CommandFlag#ALLOWED_WHILE_RESERVED}; whether it lets {@link
     * CommandFlag#ALLOWED_WHILE_PERSISTENTLY_RESERVED} through depends on the reservation.
     *
     * @return true for RESERVATION CONFLICT
     */
    boolean conflict(Task task, CommandDescriptor<?> command);
}
