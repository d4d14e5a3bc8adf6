package io.capstan.catalog;

/**
 * What is in one partition, as far as it is committed.
 *
 * @param capacityBytes native capacity of the partition
 * @param endOfDataObject logical object number of end of data, which is how many objects there are
 * @param filemarkCount filemarks among them
 * @param byteCount bytes of data in them, before compression
 */
public record PartitionState(
        long capacityBytes, long endOfDataObject, long filemarkCount, long byteCount) {

    public PartitionState {
        Range.checkNotNegative("capacity", capacityBytes);
        Range.checkNotNegative("end of data", endOfDataObject);
        Range.check("filemark count", filemarkCount, 0, endOfDataObject);
        Range.checkNotNegative("byte count", byteCount);
    }

    /** A partition with nothing in it. */
    public static PartitionState empty(long capacityBytes) {
        return new PartitionState(capacityBytes, 0, 0, 0);
    }
}
