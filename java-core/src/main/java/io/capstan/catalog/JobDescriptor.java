package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job. Key: its number (8). Body, version 1:
 *
 * <pre>
 *   volume identifier                   string
 *   tier                                string
 *   number of tiers to be released    1
 *   tiers to be released                string each
 *   from                                element, see below
 *   from tier                           string
 *   to                                  element
 *   flags                             1   bit 0 to storage, 1 whole, 2 cancelled
 *   priority                          1
 *   state                             1   0 queued, 1 running, 2 waiting, 3 done, 4 cancelled
 *   attempts                          4
 *   not before, ms since 1970         8
 *   reason                              string
 *   chunks, moved chunks              8 8
 *   bytes, moved bytes                8 8
 *   started, created, changed         8 8 8
 * </pre>
 *
 * An element is a byte that is 0 for none, and else 1, the library's name (string), and the address (2).
 */
final class JobDescriptor extends Descriptor<JobRecord> {

    static final JobDescriptor INSTANCE = new JobDescriptor();

    private static final JobState[] STATES = JobState.values();

    private static final int TO_STORAGE = 1;
    private static final int WHOLE = 2;
    private static final int CANCELLED = 4;

    private JobDescriptor() {
        super(Database.JOBS, 1);
    }

    static byte[] key(long job) {
        return new Bytes().u64(job).toArray();
    }

    @Override
    byte[] key(JobRecord job) {
        return key(job.job());
    }

    @Override
    void writeBody(JobRecord job, Bytes body) {
        body.string(job.volume().text()).string(job.tier()).u8(job.release().size());
        job.release().forEach(body::string);
        writeElement(job.from(), body);
        body.string(job.fromTier());
        writeElement(job.to(), body);
        JobRecord.Progress progress = job.progress();
        body.u8(
                        (job.toStorage() ? TO_STORAGE : 0)
                                | (job.whole() ? WHOLE : 0)
                                | (job.cancelled() ? CANCELLED : 0))
                .u8(job.priority())
                .u8(job.state().code())
                .u32(job.attempts())
                .u64(job.notBeforeEpochMillis())
                .string(job.reason())
                .u64(progress.chunksTotal())
                .u64(progress.chunksMoved())
                .u64(progress.bytesTotal())
                .u64(progress.bytesMoved())
                .u64(progress.startedEpochMillis())
                .u64(job.createdEpochMillis())
                .u64(job.changedEpochMillis());
    }

    private static void writeElement(Optional<ElementLocation> element, Bytes body) {
        body.bool(element.isPresent());
        element.ifPresent(location -> body.string(location.library()).u16(location.address()));
    }

    private static Optional<ElementLocation> readElement(Fields body) {
        return body.bool()
                ? Optional.of(new ElementLocation(body.string(), body.u16()))
                : Optional.empty();
    }

    @Override
    JobRecord read(Fields key, Fields body, int version) {
        long job = key.u64();
        VolumeIdentifier volume = body.volume();
        String tier = body.string();
        List<String> release = new ArrayList<>();
        for (int left = body.u8(); left > 0; left--) {
            release.add(body.string());
        }
        Optional<ElementLocation> from = readElement(body);
        String fromTier = body.string();
        Optional<ElementLocation> to = readElement(body);
        int flags = body.u8();
        Range.check("flags", flags, 0, TO_STORAGE | WHOLE | CANCELLED);
        int priority = body.u8();
        JobState state = body.constant(STATES);
        int attempts = body.u32();
        long notBefore = body.u64();
        String reason = body.string();
        JobRecord.Progress progress =
                new JobRecord.Progress(body.u64(), body.u64(), body.u64(), body.u64(), body.u64());
        return new JobRecord(
                job,
                volume,
                tier,
                release,
                from,
                fromTier,
                to,
                (flags & TO_STORAGE) != 0,
                (flags & WHOLE) != 0,
                priority,
                (flags & CANCELLED) != 0,
                state,
                attempts,
                notBefore,
                reason,
                progress,
                body.u64(),
                body.u64());
    }
}
