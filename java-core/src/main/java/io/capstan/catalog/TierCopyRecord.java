package io.capstan.catalog;

import io.capstan.format.ChunkId;

/**
 * A copy of a sealed chunk in a tier. It was compared with the chunk by its digest when it was made.
 *
 * <p>It outlives the chunk's own record: a copy of a chunk that the catalog does not know any more is there to be deleted.
 *
 * @param tier name of the tier, 1 to 32 printable ASCII characters; never {@link #ACTIVE}
 * @param lengthBytes length of the chunk's file
 * @param fileDigest SHA-256 of the whole file, by which the copy is found and verified
 * @param storedEpochMillis when it was made
 */
public record TierCopyRecord(
        ChunkId chunk,
        String tier,
        long lengthBytes,
        ChunkDigest fileDigest,
        long storedEpochMillis) {

    /** The tier that is the node's own disks. Which chunks are there is said by {@link ChunkRecord#disks}. */
    public static final String ACTIVE = "active";

    static final int TIER_LENGTH_MAX = 32;

    public TierCopyRecord {
        Range.checkName("tier", tier, TIER_LENGTH_MAX);
        Range.checkNotNegative("length of a copy", lengthBytes);
        if (tier.equals(ACTIVE)) {
            throw new IllegalArgumentException("copies on the node's own disks are no tier's");
        }
    }
}
