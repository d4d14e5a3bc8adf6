package io.capstan.tier;

import java.util.List;

/**
 * What bringing data back would move, before it is done.
 *
 * @param chunkCount of what was asked about, those that are here included
 * @param bytes of their files
 * @param hereChunkCount how many are on this node's disks
 * @param hereBytes of their files
 * @param lostChunkCount how many have no copy anywhere
 * @param parts what would come from each tier, by name
 */
public record RecallEstimate(
        long chunkCount,
        long bytes,
        long hereChunkCount,
        long hereBytes,
        long lostChunkCount,
        List<Part> parts) {

    public RecallEstimate {
        parts = List.copyOf(parts);
    }

    /**
     * What would come from one tier.
     *
     * @param expectedMillis from asking to all of it being here, at the tier's bandwidth with nothing else going on
     */
    public record Part(String tier, long chunkCount, long bytes, long expectedMillis) {}

    /** From asking to all of it being here: tiers deliver at the same time. */
    public long expectedMillis() {
        return parts.stream().mapToLong(Part::expectedMillis).max().orElse(0);
    }
}
