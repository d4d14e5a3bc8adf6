package io.capstan.format;

/**
 * Objects of a partition that follow one another in one chunk: the first {@code objectCount} of the chunk. Later chunks
 * may have ended the partition within it.
 *
 * @param firstObjectNumber of the run, and of its chunk
 * @param objectCount 1 or more
 * @param firstFilemarkNumber filemarks before the run in the partition
 * @param firstByteNumber bytes of stored data before the run in the partition
 */
public record ContainerRun(
        ChunkId chunk,
        int partition,
        long firstObjectNumber,
        int objectCount,
        long firstFilemarkNumber,
        int filemarkCount,
        long firstByteNumber,
        long byteCount) {

    /** Number of the object behind the run. */
    public long endObjectNumber() {
        return firstObjectNumber + objectCount;
    }

    /** Filemarks before the end of the run in the partition. */
    public long endFilemarkNumber() {
        return firstFilemarkNumber + filemarkCount;
    }

    /** Bytes of stored data before the end of the run in the partition. */
    public long endByteNumber() {
        return firstByteNumber + byteCount;
    }
}
