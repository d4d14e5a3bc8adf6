package io.capstan.medium;

/** What became of mounting a cartridge. */
public sealed interface MountOutcome {

    /**
     * It is mounted, at its beginning.
     *
     * @param medium the caller's, to be closed by it
     */
    record Mounted(Medium medium) implements MountOutcome {}

    /** There is no such cartridge. */
    record Unknown() implements MountOutcome {}

    /** It is mounted already and not closed yet. */
    record InUse() implements MountOutcome {}
}
