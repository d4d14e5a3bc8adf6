package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import java.util.List;
import java.util.Optional;

/**
 * A chunk: its state and where its file is. How many runs refer to it is kept by the catalog alone
 * ({@link CatalogView#referenceCount}).
 *
 * @param chunk the key
 * @param state where it is in its life
 * @param lengthBytes length of its file that is on stable storage
 * @param objectCount objects in that length
 * @param digest of a sealed chunk, once it is known
 * @param disks those that have a whole copy, each once; none of a chunk whose copies are all lost
 */
public record ChunkRecord(
        ChunkId chunk,
        ChunkState state,
        long lengthBytes,
        long objectCount,
        Optional<ChunkDigest> digest,
        List<DiskId> disks) {

    static final int DISKS_MAX = 16;

    public ChunkRecord {
        Range.checkNotNegative("chunk length", lengthBytes);
        Range.checkNotNegative("object count", objectCount);
        disks = List.copyOf(disks);
        Range.check("number of copies", disks.size(), 0, DISKS_MAX);
        Range.check(
                "number of different disks",
                disks.stream().distinct().count(),
                disks.size(),
                disks.size());
    }

    /** A chunk that was just created. */
    public static ChunkRecord open(
            ChunkId chunk, List<DiskId> disks, long lengthBytes, long objectCount) {
        return new ChunkRecord(
                chunk, ChunkState.OPEN, lengthBytes, objectCount, Optional.empty(), disks);
    }

    /** The same chunk after more of it was synchronized. */
    public ChunkRecord withLength(long bytes, long objects) {
        return new ChunkRecord(chunk, state, bytes, objects, digest, disks);
    }

    /** The same chunk, sealed at its final length. */
    public ChunkRecord sealed(long bytes, long objects, Optional<ChunkDigest> sha256) {
        return new ChunkRecord(chunk, ChunkState.SEALED, bytes, objects, sha256, disks);
    }

    /** The same chunk with copies on other disks. */
    public ChunkRecord withDisks(List<DiskId> newDisks) {
        return new ChunkRecord(chunk, state, lengthBytes, objectCount, digest, newDisks);
    }

    ChunkRecord withState(ChunkState newState) {
        return new ChunkRecord(chunk, newState, lengthBytes, objectCount, digest, disks);
    }
}
