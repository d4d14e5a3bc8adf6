package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;

/**
 * A copy of a chunk that is not what was written, and was not repaired yet.
 *
 * @param chunk the key, with {@code disk}
 * @param foundEpochMillis when that came to light
 * @param reason what is wrong, at most 4095 characters
 */
public record BadCopyRecord(ChunkId chunk, DiskId disk, long foundEpochMillis, String reason) {

    static final int REASON_LENGTH_MAX = 4095;

    public BadCopyRecord {
        Range.checkNotNegative("time", foundEpochMillis);
        Range.check("length of reason", reason.length(), 0, REASON_LENGTH_MAX);
    }
}
