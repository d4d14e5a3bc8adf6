package io.capstan.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an item of {@code tiers} says of its bucket where its kind is {@code s3}.
 *
 * @param bucket its name ({@code bucket}); required
 * @param prefix what objects' names begin with ({@code prefix}); empty, or ending with a slash
 * @param region that requests are signed for ({@code region})
 * @param endpoint of the store ({@code endpoint}); empty for AWS
 * @param pathStyle whether the bucket is part of the path ({@code path-style}); so by default where there is an endpoint
 * @param credentialsFile a file as the AWS command line has one ({@code credentials-file}); empty for what the environment,
 *     that command line's own files or the machine's role give
 * @param storageClass of chunks ({@code storage-class})
 * @param retrieval how urgently archived chunks are asked for ({@code retrieval})
 * @param recalledDays how long what was recalled can be read ({@code recalled-days})
 * @param pollSeconds how often is looked whether it can ({@code poll-seconds})
 * @param partBytes length of the parts that longer objects are sent in ({@code part-size})
 * @param timeoutSeconds how long the store may say nothing ({@code timeout-seconds})
 * @param readBack whether what was stored is read again ({@code read-back})
 * @param lockMode who can delete a chunk early ({@code lock-mode}); empty where none is locked
 * @param lockDays how long a chunk is locked ({@code lock-days})
 */
public record S3Settings(
        String bucket,
        String prefix,
        String region,
        Optional<URI> endpoint,
        boolean pathStyle,
        Optional<Path> credentialsFile,
        StorageClass storageClass,
        Retrieval retrieval,
        int recalledDays,
        int pollSeconds,
        int partBytes,
        int timeoutSeconds,
        boolean readBack,
        Optional<LockMode> lockMode,
        int lockDays) {

    static final String REGION_DEFAULT = "us-east-1";
    static final int RECALLED_DEFAULT_DAYS = 3;
    static final int POLL_DEFAULT_SECONDS = 600;
    static final int PART_DEFAULT_BYTES = 8 << 20;
    static final int TIMEOUT_DEFAULT_SECONDS = 60;
    static final int LOCK_DEFAULT_DAYS = 30;

    /** By the names that S3 has for them, in the file in lower case and with dashes. */
    public enum StorageClass {
        STANDARD,
        STANDARD_IA,
        ONEZONE_IA,
        INTELLIGENT_TIERING,
        GLACIER_IR,
        GLACIER,
        DEEP_ARCHIVE
    }

    /** The sooner, the dearer. */
    public enum Retrieval {
        EXPEDITED,
        STANDARD,
        BULK
    }

    /** What S3 Object Lock has. */
    public enum LockMode {
        /** Who has a permission of its own can. */
        GOVERNANCE,
        /** Nobody can. */
        COMPLIANCE
    }
}
