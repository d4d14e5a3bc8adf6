package io.capstan.medium;

/** What became of changing the retention of a cartridge. Nothing has changed unless it is {@link #SET}. */
public enum RetentionOutcome {
    SET,
    UNKNOWN,
    /** It is locked, and would be for a shorter time: a lock that is in force is only ever extended. */
    LOCKED
}
