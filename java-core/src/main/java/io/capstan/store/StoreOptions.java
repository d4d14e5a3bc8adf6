package io.capstan.store;

/**
 * @param chunkSizeBytes a chunk is full when its file is at least this long
 * @param reserveBytes of every directory's file system that new data may not use, so that a medium can warn early and
 *     what was accepted can still be synchronized and sealed
 * @param diskTimeoutMillis how long a disk that has peers may take to answer before it is taken out of use; 0 for ever,
 *     and calls are made on the caller's thread
 */
public record StoreOptions(long chunkSizeBytes, long reserveBytes, long diskTimeoutMillis) {

    public static final long CHUNK_SIZE_DEFAULT_BYTES = 64L << 20;
    public static final long CHUNK_SIZE_MAX_BYTES = 1L << 30;
    public static final long RESERVE_DEFAULT_BYTES = 256L << 20;

    public static final long DISK_TIMEOUT_DEFAULT_MILLIS = 30_000;

    public static final StoreOptions DEFAULTS =
            new StoreOptions(CHUNK_SIZE_DEFAULT_BYTES, RESERVE_DEFAULT_BYTES);

    /** With the usual time for a disk to answer in. */
    public StoreOptions(long chunkSizeBytes, long reserveBytes) {
        this(chunkSizeBytes, reserveBytes, DISK_TIMEOUT_DEFAULT_MILLIS);
    }

    public StoreOptions {
        if (chunkSizeBytes < 1 || chunkSizeBytes > CHUNK_SIZE_MAX_BYTES) {
            throw new IllegalArgumentException("chunk size " + chunkSizeBytes);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve " + reserveBytes);
        }
        if (diskTimeoutMillis < 0) {
            throw new IllegalArgumentException("disk timeout " + diskTimeoutMillis);
        }
    }
}
