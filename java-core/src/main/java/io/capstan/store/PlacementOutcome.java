package io.capstan.store;

/** What became of a request to change the placement of chunks. */
public sealed interface PlacementOutcome {

    /** It is as requested, durably; also when it was so before. */
    record Done() implements PlacementOutcome {}

    /** There is no such disk or pool. */
    record Unknown() implements PlacementOutcome {}

    /** It is not done, because it would lose data or make no sense; nothing has changed. */
    record Refused(String reason) implements PlacementOutcome {}
}
