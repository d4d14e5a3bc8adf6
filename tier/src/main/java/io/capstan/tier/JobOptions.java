package io.capstan.tier;

/**
 * How jobs are run.
 *
 * @param parallelJobs run at once, 1 or more
 * @param retryMinMillis before a job that failed is tried again the first time; twice as long each time after
 * @param retryMaxMillis the longest it waits
 * @param pollMillis between two looks at something that does not say when it will be ready
 * @param reclaimMillis between two looks for copies that nothing refers to
 * @param sweepMillis between two looks for objects that are left over in tiers
 * @param leftOverMillis how long ago they were stored at least
 * @param recallAheadBytes of what follows a chunk that a drive reads, asked for with it; 0 for the chunk alone
 * @param keepsFirstChunks whether the chunk that each partition begins with stays on the node's disks
 */
public record JobOptions(
        int parallelJobs,
        long retryMinMillis,
        long retryMaxMillis,
        long pollMillis,
        long reclaimMillis,
        long sweepMillis,
        long leftOverMillis,
        long recallAheadBytes,
        boolean keepsFirstChunks) {

    public static final JobOptions DEFAULTS =
            new JobOptions(
                    2, 1_000, 300_000, 30_000, 600_000, 86_400_000, 86_400_000, 256L << 20, false);

    public JobOptions {
        if (parallelJobs < 1
                || retryMinMillis < 1
                || retryMaxMillis < retryMinMillis
                || pollMillis < 1
                || reclaimMillis < 1
                || sweepMillis < 1
                || leftOverMillis < 0
                || recallAheadBytes < 0) {
            throw new IllegalArgumentException(
                    "parallel %d, retry %d to %d, poll %d, reclaim %d, sweep %d, left over %d, ahead %d"
                            .formatted(
                                    parallelJobs,
                                    retryMinMillis,
                                    retryMaxMillis,
                                    pollMillis,
                                    reclaimMillis,
                                    sweepMillis,
                                    leftOverMillis,
                                    recallAheadBytes));
        }
    }

    /** The same with another read-ahead. */
    public JobOptions withRecallAheadBytes(long bytes) {
        return new JobOptions(
                parallelJobs,
                retryMinMillis,
                retryMaxMillis,
                pollMillis,
                reclaimMillis,
                sweepMillis,
                leftOverMillis,
                bytes,
                keepsFirstChunks);
    }

    /** The same, keeping the first chunks or not. */
    public JobOptions withKeepsFirstChunks(boolean keeps) {
        return new JobOptions(
                parallelJobs,
                retryMinMillis,
                retryMaxMillis,
                pollMillis,
                reclaimMillis,
                sweepMillis,
                leftOverMillis,
                recallAheadBytes,
                keeps);
    }
}
