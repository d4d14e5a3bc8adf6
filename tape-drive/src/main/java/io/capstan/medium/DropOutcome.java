package io.capstan.medium;

/** What became of giving up an earlier generation before its time. */
public enum DropOutcome {
    DROPPED,
    /** There is no such cartridge, or no such generation of it. */
    UNKNOWN,
    /** A cartridge shows it; that one has to be deleted first. */
    SHOWN
}
