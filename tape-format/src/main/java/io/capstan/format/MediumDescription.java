package io.capstan.format;

/**
 * What a chunk says of the cartridge (or volume) it belongs to.
 *
 * @param mediumTypeCode as in the mode parameter header
 * @param densityCode as in the block descriptor
 * @param nativeCapacityBytes 0 or more
 * @param partitionCount 1 to 4
 * @param worm whether the medium can be written once only
 */
public record MediumDescription(
        VolumeIdentifier volumeIdentifier,
        int mediumTypeCode,
        int densityCode,
        long nativeCapacityBytes,
        int partitionCount,
        boolean worm) {

    public MediumDescription {
        if (mediumTypeCode < 0 || mediumTypeCode > 0xFF || densityCode < 0 || densityCode > 0xFF) {
            throw new IllegalArgumentException(
                    "medium type " + mediumTypeCode + " or density " + densityCode);
        }
        if (nativeCapacityBytes < 0) {
            throw new IllegalArgumentException("native capacity " + nativeCapacityBytes);
        }
        if (partitionCount < 1 || partitionCount > ChunkHeader.PARTITION_COUNT_MAX) {
            throw new IllegalArgumentException("partition count " + partitionCount);
        }
    }
}
