package io.capstan.catalog;

import io.capstan.format.ChunkId;
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
 * @param directory name of the store's directory that holds its file, 1 to 255 printable ASCII characters
 */
public record ChunkRecord(
        ChunkId chunk,
        ChunkState state,
        long lengthBytes,
        long objectCount,
        Optional<ChunkDigest> digest,
        String directory) {

    static final int DIRECTORY_LENGTH_MAX = 255;

    public ChunkRecord {
        Range.checkNotNegative("chunk length", lengthBytes);
        Range.checkNotNegative("object count", objectCount);
        Range.checkName("directory", directory, DIRECTORY_LENGTH_MAX);
    }

    /** A chunk that was just created. */
    public static ChunkRecord open(
            ChunkId chunk, String directory, long lengthBytes, long objectCount) {
        return new ChunkRecord(
                chunk, ChunkState.OPEN, lengthBytes, objectCount, Optional.empty(), directory);
    }

    /** The same chunk after more of it was synchronized. */
    public ChunkRecord withLength(long bytes, long objects) {
        return new ChunkRecord(chunk, state, bytes, objects, digest, directory);
    }

    /** The same chunk, sealed at its final length. */
    public ChunkRecord sealed(long bytes, long objects, Optional<ChunkDigest> sha256) {
        return new ChunkRecord(chunk, ChunkState.SEALED, bytes, objects, sha256, directory);
    }

    ChunkRecord withState(ChunkState newState) {
        return new ChunkRecord(chunk, newState, lengthBytes, objectCount, digest, directory);
    }
}
