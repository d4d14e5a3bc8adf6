package io.capstan.format;

import java.nio.charset.StandardCharsets;

/**
 * What a store directory says of itself, so that an empty mount point is never taken for it.
 *
 * @param pool name of the pool the directory belongs to, at most {@link #POOL_LENGTH_MAX_BYTES} in UTF-8
 */
public record DiskLabel(DiskId disk, String pool, long createdEpochMillis) {

    public static final int POOL_LENGTH_MAX_BYTES = 64;

    public DiskLabel {
        int lengthBytes = pool.getBytes(StandardCharsets.UTF_8).length;
        if (lengthBytes < 1 || lengthBytes > POOL_LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("pool name of " + lengthBytes + " bytes");
        }
        if (createdEpochMillis < 0) {
            throw new IllegalArgumentException("created " + createdEpochMillis);
        }
    }
}
