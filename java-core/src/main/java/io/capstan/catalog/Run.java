package io.capstan.catalog;

import io.capstan.format.ChunkId;

/**
 * A stretch of consecutive logical objects (blocks and filemarks) that one chunk holds. A run begins at its chunk's
 * first object, so that object {@code n} is the chunk's record {@code n - firstObject}; truncation only shortens tails.
 * The runs of a partition follow each other without holes from object 0 to end of data.
 *
 * @param partition where it belongs
 * @param firstObject logical object number of its first object
 * @param chunk the chunk that holds it
 * @param objectCount objects in it, 1 or more
 * @param firstFilemark filemarks before it in the partition
 * @param filemarkCount filemarks in it
 * @param firstByte bytes of data before it in the partition
 * @param byteCount bytes of data in it, before compression
 */
public record Run(
        PartitionId partition,
        long firstObject,
        ChunkId chunk,
        long objectCount,
        long firstFilemark,
        long filemarkCount,
        long firstByte,
        long byteCount) {

    public Run {
        Range.checkNotNegative("first object", firstObject);
        Range.check("object count", objectCount, 1, Long.MAX_VALUE - firstObject);
        Range.check("first filemark", firstFilemark, 0, firstObject);
        Range.check("filemark count", filemarkCount, 0, objectCount);
        Range.checkNotNegative("first byte", firstByte);
        Range.check("byte count", byteCount, 0, Long.MAX_VALUE - firstByte);
    }

    /** Logical object number after its last object. */
    public long endObject() {
        return firstObject + objectCount;
    }

    /** Filemarks in the partition up to its end. */
    public long endFilemark() {
        return firstFilemark + filemarkCount;
    }

    /** Bytes of data in the partition up to its end. */
    public long endByte() {
        return firstByte + byteCount;
    }

    /** Whether it holds that object. */
    public boolean holds(long object) {
        return object >= firstObject && object < endObject();
    }

    /** Whether it holds the filemark of that number, counted from 0 at the beginning of the partition. */
    public boolean holdsFilemark(long filemark) {
        return filemark >= firstFilemark && filemark < endFilemark();
    }

    /** The same run cut down to its head. */
    Run shortenedTo(RunHead head) {
        return new Run(
                partition,
                firstObject,
                chunk,
                head.objectCount(),
                firstFilemark,
                head.filemarkCount(),
                firstByte,
                head.byteCount());
    }

    @Override
    public String toString() {
        return "run of objects %d to %d (filemarks %d+%d, bytes %d+%d) of %s in chunk %s"
                .formatted(
                        firstObject,
                        endObject() - 1,
                        firstFilemark,
                        filemarkCount,
                        firstByte,
                        byteCount,
                        partition,
                        chunk);
    }
}
