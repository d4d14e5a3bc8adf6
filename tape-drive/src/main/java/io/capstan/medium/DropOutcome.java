package io.capstan.medium;

/** What became of giving up an earlier generation before its time. */
public enum DropOutcome {
    DROPPED,
    /** There is no such cartridge, or no such generation of it. */
    UNKNOWN,
    /** The cartridge is locked: see {@link Retention}. */
    LOCKED,
    /** A cartridge shows it; that one has to be deleted first. */
    SHOWN
}
