package io.capstan.medium;

import io.capstan.format.EncodedBlock;

/** What a read found at the position. */
public sealed interface ReadOutcome {

    /**
     * A block; the position is behind it.
     *
     * @param lengthBytes its whole length, which may be more than the reader asked for
     * @param storedLengthBytes what it takes of the medium, less than its length if it is compressed
     * @param protection logical block protection method it was written with, 0 for none
     */
    record Block(int lengthBytes, int storedLengthBytes, int protection) implements ReadOutcome {

        /** A block that was not protected. */
        public Block(int lengthBytes, int storedLengthBytes) {
            this(lengthBytes, storedLengthBytes, 0);
        }

        /** A block that is stored as it was written, and was not protected. */
        public Block(int lengthBytes) {
            this(lengthBytes, lengthBytes);
        }
    }

    /**
     * An encrypted block, verified as it is stored; the position is behind it. Nothing is delivered: whoever has the key
     * makes of it what the host wrote.
     *
     * @param block good until the next call of any method of the medium
     */
    record Encrypted(EncodedBlock block) implements ReadOutcome {}

    /** A filemark; the position is behind it. */
    record Filemark() implements ReadOutcome {}

    /** End of data; the position has not moved. */
    record EndOfData() implements ReadOutcome {}
}
