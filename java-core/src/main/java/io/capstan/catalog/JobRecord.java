package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;

/**
 * Work of minutes to days on the data of a cartridge, which goes on after restarts: it is to be in a tier, and the cartridge
 * then in an element. What is left to do follows from where the chunks are, so that running it again does nothing twice.
 *
 * @param job the key; rises by one with each job
 * @param volume the cartridge
 * @param tier where its data is to be: a tier's name, or {@link TierCopyRecord#ACTIVE}
 * @param release tiers whose copies are to go once all data is in {@code tier}
 * @param from where a cartridge on its way was taken from, and is put back to if the job is cancelled
 * @param fromTier where its data was then, in the same sense
 * @param to where it is put at the end; empty to leave it outside every library, or where it is
 * @param toStorage whether it goes to an empty storage element of that library and not to {@code to} itself
 * @param whole whether all data has to be there before the cartridge is put; else it comes as it is read
 * @param priority 0 to 9; higher ones run first
 * @param cancelled whether it was asked to give up: {@code to} and {@code tier} are those it came from then
 * @param attempts times it failed since it last got on
 * @param notBeforeEpochMillis it is not run before then
 * @param reason why it waits, or ended as it did; may be empty
 * @param progress how far it is
 * @param createdEpochMillis when it was made
 * @param changedEpochMillis when this was written
 */
public record JobRecord(
        long job,
        VolumeIdentifier volume,
        String tier,
        List<String> release,
        Optional<ElementLocation> from,
        String fromTier,
        Optional<ElementLocation> to,
        boolean toStorage,
        boolean whole,
        int priority,
        boolean cancelled,
        JobState state,
        int attempts,
        long notBeforeEpochMillis,
        String reason,
        Progress progress,
        long createdEpochMillis,
        long changedEpochMillis) {

    public static final int PRIORITY_MAX = 9;
    public static final int PRIORITY_DEFAULT = 5;

    static final int REASON_LENGTH_MAX = 1000;

    /**
     * How far a job is.
     *
     * @param chunksTotal chunks that had to be moved when it was last looked at, those that were moved included
     * @param bytesMoved bytes that went over to the tier
     * @param startedEpochMillis when the first was begun, or 0
     */
    public record Progress(
            long chunksTotal,
            long chunksMoved,
            long bytesTotal,
            long bytesMoved,
            long startedEpochMillis) {

        public static final Progress NONE = new Progress(0, 0, 0, 0, 0);

        public Progress {
            Range.checkNotNegative("chunks", chunksTotal);
            Range.checkNotNegative("moved chunks", chunksMoved);
            Range.checkNotNegative("bytes", bytesTotal);
            Range.checkNotNegative("moved bytes", bytesMoved);
            Range.checkNotNegative("start", startedEpochMillis);
        }

        /** The same after one more chunk. */
        public Progress moved(long lengthBytes) {
            return new Progress(
                    chunksTotal,
                    chunksMoved + 1,
                    bytesTotal,
                    bytesMoved + lengthBytes,
                    startedEpochMillis);
        }
    }

    public JobRecord {
        Range.checkNotNegative("job number", job);
        Range.checkName("tier", tier, TierCopyRecord.TIER_LENGTH_MAX);
        Range.checkName("tier", fromTier, TierCopyRecord.TIER_LENGTH_MAX);
        release = List.copyOf(release);
        Range.check("tiers to be released", release.size(), 0, 0xFF);
        release.forEach(name -> Range.checkName("tier", name, TierCopyRecord.TIER_LENGTH_MAX));
        Range.check("priority", priority, 0, PRIORITY_MAX);
        Range.checkNotNegative("attempts", attempts);
        reason = reason.substring(0, Math.min(reason.length(), REASON_LENGTH_MAX));
    }

    /** A job of default priority that is yet to be begun. */
    public static JobRecord queued(
            long job,
            VolumeIdentifier volume,
            String tier,
            List<String> release,
            Optional<ElementLocation> from,
            String fromTier,
            Optional<ElementLocation> to,
            boolean toStorage,
            boolean whole,
            long epochMillis) {
        return new JobRecord(
                job,
                volume,
                tier,
                release,
                from,
                fromTier,
                to,
                toStorage,
                whole,
                PRIORITY_DEFAULT,
                false,
                JobState.QUEUED,
                0,
                epochMillis,
                "",
                Progress.NONE,
                epochMillis,
                epochMillis);
    }

    /** The same in another state, which is tried again no earlier than a certain time. */
    public JobRecord with(
            JobState newState, int newAttempts, long notBefore, String why, long epochMillis) {
        return new JobRecord(
                job,
                volume,
                tier,
                release,
                from,
                fromTier,
                to,
                toStorage,
                whole,
                priority,
                cancelled,
                newState,
                newAttempts,
                notBefore,
                why,
                progress,
                createdEpochMillis,
                epochMillis);
    }

    /** The same, further on. */
    public JobRecord with(Progress newProgress, long epochMillis) {
        return new JobRecord(
                job,
                volume,
                tier,
                release,
                from,
                fromTier,
                to,
                toStorage,
                whole,
                priority,
                cancelled,
                state,
                attempts,
                notBeforeEpochMillis,
                reason,
                newProgress,
                createdEpochMillis,
                epochMillis);
    }

    /** The same with another priority. */
    public JobRecord withPriority(int newPriority) {
        return new JobRecord(
                job,
                volume,
                tier,
                release,
                from,
                fromTier,
                to,
                toStorage,
                whole,
                newPriority,
                cancelled,
                state,
                attempts,
                notBeforeEpochMillis,
                reason,
                progress,
                createdEpochMillis,
                changedEpochMillis);
    }

    /**
     * The way back: data and cartridge go to where they came from, and no copy is released. Where that is outside every
     * library, its data stays where it is.
     */
    public JobRecord cancelled(String why, long epochMillis) {
        return new JobRecord(
                job,
                volume,
                fromTier,
                List.of(),
                from,
                fromTier,
                from,
                false,
                whole && from.isPresent(),
                priority,
                true,
                JobState.QUEUED,
                0,
                epochMillis,
                why,
                progress,
                createdEpochMillis,
                epochMillis);
    }
}
