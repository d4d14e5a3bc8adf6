package io.capstan.catalog;

/** What became of exchanging cartridges. Nothing has changed unless it is {@link #EXCHANGED}. */
public enum ExchangeOutcome {
    EXCHANGED,
    SOURCE_EMPTY,
    /** The first destination holds nothing to be exchanged. */
    FIRST_DESTINATION_EMPTY,
    /** The second destination is full, and is not the source. */
    SECOND_DESTINATION_FULL
}
