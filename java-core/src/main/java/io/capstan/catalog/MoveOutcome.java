package io.capstan.catalog;

/** What became of moving a cartridge between elements. Nothing has changed unless it is {@link #MOVED}. */
public enum MoveOutcome {
    MOVED,
    SOURCE_EMPTY,
    DESTINATION_FULL
}
