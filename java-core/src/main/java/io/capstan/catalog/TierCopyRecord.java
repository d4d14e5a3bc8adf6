package io.capstan.catalog;

import io.capstan.format.ChunkId;
import java.util.List;
import java.util.Optional;

/**
 * A copy of a sealed chunk in a tier. It was compared with the chunk by its digest when it was made.
 *
 * <p>It outlives the chunk's own record: a copy of a chunk that the catalog does not know any more is there to be deleted.
 *
 * @param tier name of the tier, 1 to 32 printable ASCII characters; never {@link #ACTIVE}
 * @param lengthBytes length of the chunk's file
 * @param fileDigest SHA-256 of the whole file, by which the copy is found and verified
 * @param storedEpochMillis when it was made
 * @param filemarks which of the chunk's objects are filemarks, rising, so that they are found without the chunk; empty
 *     where that is not known
 */
public record TierCopyRecord(
        ChunkId chunk,
        String tier,
        long lengthBytes,
        ChunkDigest fileDigest,
        long storedEpochMillis,
        Optional<List<Integer>> filemarks) {

    /** Most filemarks that are kept of a chunk; where it has more, they are looked up in the chunk itself. */
    public static final int FILEMARKS_MAX = 4096;

    /** The tier that is the node's own disks. Which chunks are there is said by {@link ChunkRecord#disks}. */
    public static final String ACTIVE = "active";

    static final int TIER_LENGTH_MAX = 32;

    public TierCopyRecord {
        Range.checkName("tier", tier, TIER_LENGTH_MAX);
        Range.checkNotNegative("length of a copy", lengthBytes);
        if (tier.equals(ACTIVE)) {
            throw new IllegalArgumentException("copies on the node's own disks are no tier's");
        }
        filemarks = filemarks.map(List::copyOf);
        Range.check("number of filemarks", filemarks.map(List::size).orElse(0), 0, FILEMARKS_MAX);
    }

    /** A copy of which it is not known where its filemarks are. */
    public TierCopyRecord(
            ChunkId chunk,
            String tier,
            long lengthBytes,
            ChunkDigest fileDigest,
            long storedEpochMillis) {
        this(chunk, tier, lengthBytes, fileDigest, storedEpochMillis, Optional.empty());
    }

    /** The same copy, with where its filemarks are. */
    public TierCopyRecord withFilemarks(Optional<List<Integer>> indexes) {
        return new TierCopyRecord(chunk, tier, lengthBytes, fileDigest, storedEpochMillis, indexes);
    }
}
