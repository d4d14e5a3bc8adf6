package io.capstan.medium;

/**
 * A position on a medium.
 *
 * @param partition from 0
 * @param objectNumber logical objects (blocks and filemarks) between beginning of partition and here
 * @param fileNumber filemarks between beginning of partition and here
 */
public record MediumPosition(int partition, long objectNumber, long fileNumber) {

    /** Where a freshly loaded medium stands. */
    public static final MediumPosition BEGINNING = new MediumPosition(0, 0, 0);

    public boolean isBeginningOfPartition() {
        return objectNumber == 0;
    }
}
