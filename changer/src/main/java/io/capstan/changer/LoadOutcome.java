package io.capstan.changer;

/** What became of putting a cartridge into a drive. */
public sealed interface LoadOutcome {

    /** The cartridge is loaded and ready. */
    record Loaded() implements LoadOutcome {}

    /** The drive has taken the cartridge and reports NOT READY to its hosts until its data is there. */
    record BecomingReady() implements LoadOutcome {}

    /**
     * The drive could not take the cartridge and holds nothing.
     *
     * @param reason one sentence for the operator
     */
    record Failed(String reason) implements LoadOutcome {}
}
