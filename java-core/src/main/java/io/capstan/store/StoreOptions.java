package io.capstan.store;

/**
 * @param chunkSizeBytes a chunk is full when its file is at least this long
 * @param reserveBytes of every directory's file system that new data may not use, so that a medium can warn early and
 *     what was accepted can still be synchronized and sealed
 */
public record StoreOptions(long chunkSizeBytes, long reserveBytes) {

    public static final long CHUNK_SIZE_DEFAULT_BYTES = 64L << 20;
    public static final long CHUNK_SIZE_MAX_BYTES = 1L << 30;
    public static final long RESERVE_DEFAULT_BYTES = 256L << 20;

    public static final StoreOptions DEFAULTS =
            new StoreOptions(CHUNK_SIZE_DEFAULT_BYTES, RESERVE_DEFAULT_BYTES);

    public StoreOptions {
        if (chunkSizeBytes < 1 || chunkSizeBytes > CHUNK_SIZE_MAX_BYTES) {
            throw new IllegalArgumentException("chunk size " + chunkSizeBytes);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve " + reserveBytes);
        }
    }
}
