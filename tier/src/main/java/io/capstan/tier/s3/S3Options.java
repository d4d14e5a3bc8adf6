package io.capstan.tier.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a tier's bucket is, and how it is used.
 *
 * @param bucket its name
 * @param prefix what the names of all objects begin with; empty, or ending with a slash
 * @param region that requests are signed for
 * @param endpoint of the store; empty for AWS
 * @param pathStyle whether the bucket is part of the path and not of the host's name
 * @param credentials a file as the AWS command line has one, whose profile {@code default} is used; empty for what the
 *     environment, the AWS command line's files or the machine's role give
 * @param storageClass of chunks; labels and indexes are {@code STANDARD}
 * @param retrieval how urgently archived objects are asked for
 * @param recalledDays how long a recalled object can be read, 1 or more
 * @param pollInterval how long after a look at an object that is on its way the next one is worth it
 * @param partBytes length of the parts of longer objects, 5 MiB or more
 * @param timeout how long the store may take to connect, or say nothing
 * @param readBack whether what was stored is read again, and not only its checksum
 * @param lock what keeps chunks from being deleted; empty for nothing
 */
public record S3Options(
        String bucket,
        String prefix,
        String region,
        Optional<URI> endpoint,
        boolean pathStyle,
        Optional<Path> credentials,
        StorageClass storageClass,
        Retrieval retrieval,
        int recalledDays,
        Duration pollInterval,
        int partBytes,
        Duration timeout,
        boolean readBack,
        Optional<Lock> lock) {

    /** S3 takes no shorter parts, but for the last one. */
    public static final int PART_MIN_BYTES = 5 << 20;

    /** Storage classes by their S3 names. */
    public enum StorageClass {
        STANDARD,
        STANDARD_IA,
        ONEZONE_IA,
        INTELLIGENT_TIERING,
        GLACIER_IR,
        /** Flexible Retrieval: minutes to hours. */
        GLACIER,
        /** Hours to days. */
        DEEP_ARCHIVE;

        /** Whether objects have to be recalled before they can be read. */
        public boolean isArchival() {
            return this == GLACIER || this == DEEP_ARCHIVE;
        }
    }

    /** Retrieval tiers by their S3 names: the sooner, the dearer. */
    public enum Retrieval {
        EXPEDITED,
        STANDARD,
        BULK
    }

    /**
     * S3 Object Lock. The bucket must have it enabled.
     *
     * @param compliance whether nobody at all may take it back; else those with a permission may
     * @param days from when a chunk is stored
     */
    public record Lock(boolean compliance, int days) {}

    public S3Options {
        if (partBytes < PART_MIN_BYTES || recalledDays < 1) {
            throw new IllegalArgumentException(
                    "parts of %d bytes, recalled for %d days".formatted(partBytes, recalledDays));
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix '" + prefix + "' does not end with a slash");
        }
    }

    /**
     * How long it takes at AWS from asking for an object to when it can be read, at most as a rule.
     *
     * @see "Amazon S3 User Guide, Understanding archive retrieval options"
     */
    public Duration recallDelay() {
        if (!storageClass.isArchival()) {
            return Duration.ZERO;
        }
        boolean isDeep = storageClass == StorageClass.DEEP_ARCHIVE;
        return switch (retrieval) {
            case EXPEDITED -> isDeep ? Duration.ofHours(12) : Duration.ofMinutes(5);
            case STANDARD -> isDeep ? Duration.ofHours(12) : Duration.ofHours(5);
            case BULK -> isDeep ? Duration.ofHours(48) : Duration.ofHours(12);
        };
    }

    /** The tier as operators know it. */
    String place() {
        return "s3://" + bucket + "/" + prefix;
    }
}
