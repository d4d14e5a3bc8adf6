package io.capstan.format;

/**
 * The header of a chunk file, as {@link ChunkHeaderDescriptor} lays it out: what the chunk is, where its content belongs,
 * and enough of its cartridge that this can be rebuilt from chunks alone.
 *
 * @param chunk identity; the container is the one the chunk was written for
 * @param generation of the container; raised by whatever invalidates all content at once
 * @param partition the partition whose content this is
 * @param firstObjectNumber of the first object in this chunk, counted from 0 in the partition
 * @param firstFilemarkNumber filemarks before this chunk in the partition
 * @param firstByteNumber bytes of stored data before this chunk in the partition
 * @param medium the cartridge's own facts
 * @param createdEpochMillis when the chunk was begun
 */
public record ChunkHeader(
        ChunkId chunk,
        ContainerKind containerKind,
        long generation,
        int partition,
        long firstObjectNumber,
        long firstFilemarkNumber,
        long firstByteNumber,
        MediumDescription medium,
        long createdEpochMillis) {

    /** Partitions a cartridge can have. */
    public static final int PARTITION_COUNT_MAX = 4;

    public ChunkHeader {
        if (generation < 0
                || firstObjectNumber < 0
                || firstFilemarkNumber < 0
                || firstByteNumber < 0) {
            throw new IllegalArgumentException("negative number in the header of chunk " + chunk);
        }
        if (firstFilemarkNumber > firstObjectNumber) {
            throw new IllegalArgumentException("more filemarks than objects before chunk " + chunk);
        }
        if (partition < 0 || partition >= medium.partitionCount()) {
            throw new IllegalArgumentException(
                    "partition " + partition + " of " + medium.partitionCount());
        }
    }

    /** The salt of this chunk's record headers. */
    public int recordSalt() {
        return ChunkHeaderDescriptor.recordSalt(chunk, generation);
    }
}
