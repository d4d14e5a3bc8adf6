package io.capstan.catalog;

/** Where a job is in its life. */
public enum JobState implements Code {
    /** To be run as soon as there is room. One that was running when the node stopped is queued again. */
    QUEUED(0),
    RUNNING(1),
    /** Nothing can be done before a certain time, for the reason it gives: it is tried again then. */
    WAITING(2),
    /** All is where it was to be. */
    DONE(3),
    /** Given up on request. A cartridge that was on its way is back where it came from. */
    CANCELLED(4);

    private final int code;

    JobState(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    /** Whether nothing more will happen. */
    public boolean isFinal() {
        return this == DONE || this == CANCELLED;
    }
}
