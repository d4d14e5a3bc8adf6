package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.SenseData;

/** What became of the wish to take the cartridge out of a drive. */
public sealed interface EjectOutcome {

    /**
     * The cartridge is out.
     *
     * @param medium synchronized, given to the caller, who closes it
     */
    record Ejected(Medium medium) implements EjectOutcome {}

    /** A host prevents medium removal; nothing happened. */
    record Prevented() implements EjectOutcome {}

    /** There was none. */
    record Empty() implements EjectOutcome {}

    /**
     * What hosts wrote could not be put on stable storage. The cartridge stays in the drive, and hosts are told with a
     * deferred error; another attempt gives it up with what is on it.
     */
    record Failed(SenseData sense) implements EjectOutcome {}
}
