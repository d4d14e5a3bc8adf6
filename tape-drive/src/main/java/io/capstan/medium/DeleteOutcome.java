package io.capstan.medium;

/** What became of deleting a cartridge. Nothing has changed unless it is {@link #DELETED}. */
public enum DeleteOutcome {
    DELETED,
    UNKNOWN,
    /** A library has it in an element; it has to be exported first. */
    IN_ELEMENT,
    /** A drive has it mounted. */
    IN_USE
}
