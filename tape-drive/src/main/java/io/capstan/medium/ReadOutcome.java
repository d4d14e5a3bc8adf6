package io.capstan.medium;

/** What a read found at the position. */
public sealed interface ReadOutcome {

    /**
     * A block; the position is behind it.
     *
     * @param lengthBytes its whole length, which may be more than the reader asked for
     */
    record Block(int lengthBytes) implements ReadOutcome {}

    /** A filemark; the position is behind it. */
    record Filemark() implements ReadOutcome {}

    /** End of data; the position has not moved. */
    record EndOfData() implements ReadOutcome {}
}
