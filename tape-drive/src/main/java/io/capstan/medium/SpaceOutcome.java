package io.capstan.medium;

/**
 * How far a SPACE got.
 *
 * @param stop why it stopped
 * @param residual how many of the blocks or filemarks asked for were not passed, never negative
 */
public record SpaceOutcome(Stop stop, long residual) {

    /** Why a SPACE stopped. */
    public enum Stop {
        /** The whole count was passed. */
        COMPLETE,
        /** A filemark, while spacing over blocks. */
        FILEMARK,
        END_OF_DATA,
        BEGINNING_OF_PARTITION
    }
}
