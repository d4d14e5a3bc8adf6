package io.capstan.medium;

/** What became of deleting a cartridge. Nothing has changed unless it is {@link #DELETED}. */
public enum DeleteOutcome {
    DELETED,
    UNKNOWN,
    /** A library has it in an element; it has to be exported first. */
    IN_ELEMENT,
    /** It is on its way between libraries; the job that has it in its care has to end first. */
    IN_TRANSIT,
    /** A drive has it mounted. */
    IN_USE,
    /** It is locked: see {@link Retention}. */
    LOCKED,
    /** Another cartridge shows an earlier generation of it; that one has to be deleted first. */
    SHOWN
}
