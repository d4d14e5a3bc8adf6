package io.capstan.scsi;

/**
 * What a transport sees of a drive or a changer.
 *
 * <p>A logical unit is owned by one thread at a time: every method is called on the thread of its {@link
 * LogicalUnitOwner}, one command after the other, in the order in which the transport received them. It never throws for
 * anything a host can send; a bug inside answers HARDWARE ERROR, INTERNAL TARGET FAILURE, is logged, and leaves other
 * logical units alone.
 *
 * @see "SAM-6, 4.5.8 Logical unit"
 */
public interface LogicalUnit {

    /** The name the operator knows it by, for example {@code lib0/drive1}; stable over restarts. */
    String name();

    /** PERIPHERAL DEVICE TYPE: 01h sequential-access, 08h medium changer. */
    int peripheralDeviceType();

    /** Executes one command to its end; Data-In is in the task's buffer when this returns. */
    CommandResult execute(Task task);

    /** Performs a task management function for tasks that are not executing now. */
    void manage(TaskManagementFunction function, Nexus nexus);

    /**
     * Lets an I_T nexus know, by a unit attention, that its commands were aborted in the transport because another one
     * asked for that. For a logical unit without unit attentions there is nothing to do.
     *
     * @see "SAM-5, Aborting commands, with the TAS bit zero"
     */
    default void commandsCleared(Nexus nexus) {}

    /**
     * Gets ready for the command that is likely to be next, while its initiator is busy with the answer to the last one. Called
     * by transports that have nothing else to do, or not at all; short, and nothing that anybody notices.
     */
    default void prepare() {}
}
