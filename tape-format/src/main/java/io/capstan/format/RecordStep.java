package io.capstan.format;

/** One step of a walk through the records of a chunk file. */
public sealed interface RecordStep {

    /** A record that is whole and valid. */
    record Whole(RecordHeader header) implements RecordStep {}

    /** A record whose header is valid and whose extension or data are not what was written. */
    record BadData(RecordHeader header, FormatException fault) implements RecordStep {}

    /**
     * A stretch in which no valid record stands.
     *
     * @param fromBytes file offset where a record should have begun
     * @param toBytes file offset of the next valid record, or the end
     * @param fault what is wrong at {@code fromBytes}
     */
    record Lost(long fromBytes, long toBytes, FormatException fault) implements RecordStep {}
}
