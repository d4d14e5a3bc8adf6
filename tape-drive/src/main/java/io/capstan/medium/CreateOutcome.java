package io.capstan.medium;

/** What became of making a cartridge. Nothing has changed unless it is {@link #CREATED}. */
public enum CreateOutcome {
    CREATED,
    /** There is a cartridge of that volume identifier. */
    EXISTS,
    /** The data of a deleted cartridge of that volume identifier is still being removed. */
    BEING_DELETED
}
