package io.capstan.scsi;

/**
 * The commands for a logical unit that its transport has not given to it yet. A command that is executing sees them, for
 * PREEMPT AND ABORT ends those of other I_T nexuses.
 *
 * @see "SAM-5, 4.6.9 Task set"
 */
@FunctionalInterface
public interface TaskSet {

    /** Of a transport that holds no commands back, or lets none be aborted. */
    TaskSet EMPTY = nexus -> {};

    /**
     * Aborts the commands of an I_T nexus, before the response of the command that asks for it is sent. On the logical
     * unit's owner, while that command executes; returns at once.
     */
    void abort(Nexus nexus);
}
