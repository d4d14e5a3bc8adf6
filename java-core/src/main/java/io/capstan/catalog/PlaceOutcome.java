package io.capstan.catalog;

/** What became of putting a cartridge into an element. Nothing has changed unless it is {@link #PLACED}. */
public enum PlaceOutcome {
    PLACED,
    /** The element holds a cartridge already. */
    DESTINATION_FULL,
    /** The cartridge is in another element of this node. */
    VOLUME_ELSEWHERE,
    /** No such cartridge, or only its tombstone. */
    VOLUME_UNKNOWN
}
