package io.capstan.medium;

/** What became of showing an earlier generation as a cartridge of its own. */
public enum ShowOutcome {
    SHOWN,
    /** There is no such cartridge. */
    UNKNOWN,
    /** That generation is not kept, or not any more. */
    UNKNOWN_GENERATION,
    /** There is a cartridge of the new volume identifier. */
    EXISTS,
    /** There was one, and its data is still being removed. */
    BEING_DELETED
}
