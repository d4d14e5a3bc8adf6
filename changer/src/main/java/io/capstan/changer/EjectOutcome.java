package io.capstan.changer;

/** What became of taking a cartridge out of a drive. */
public sealed interface EjectOutcome {

    /** All that was written is on stable storage, and the drive holds nothing any more. */
    record Ejected() implements EjectOutcome {}

    /** A host prevents removal by PREVENT ALLOW MEDIUM REMOVAL to the drive. Nothing has changed. */
    record Prevented() implements EjectOutcome {}

    /**
     * The drive still holds the cartridge.
     *
     * @param reason one sentence for the operator
     */
    record Failed(String reason) implements EjectOutcome {}
}
