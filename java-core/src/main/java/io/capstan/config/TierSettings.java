package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An item of {@code tiers}: a place for chunks besides the node's own disks.
 *
 * @param name names it for ever ({@code name}); required
 * @param kind what it is ({@code kind}); required
 * @param directory where it is ({@code directory}); required, and the root where it is in no directory
 * @param libraries those whose cartridges have their data there ({@code libraries}); they have no drives
 * @param bandwidthBytesPerSecond most that may go there, and as much that may come ({@code bandwidth})
 * @param delaySeconds how long a vault takes to hand out what it was asked for ({@code delay-seconds})
 * @param batchSeconds how long a vault gathers requests into one batch ({@code batch-seconds})
 * @param recalledHours how long what a vault handed out can be read ({@code recalled-hours})
 * @param s3 what its bucket is, of kind {@code s3} alone
 */
public record TierSettings(
        String name,
        Kind kind,
        Path directory,
        List<String> libraries,
        long bandwidthBytesPerSecond,
        int delaySeconds,
        int batchSeconds,
        int recalledHours,
        Optional<S3Settings> s3) {

    static final long BANDWIDTH_DEFAULT_BYTES = 200L << 20;
    static final int DELAY_DEFAULT_SECONDS = 4 * 3600;
    static final int BATCH_DEFAULT_SECONDS = 600;
    static final int RECALLED_DEFAULT_HOURS = 24;

    /** What a tier can be. */
    public enum Kind {
        /** A directory, of a slower disk or of a file system mounted from elsewhere. */
        DIRECTORY,
        /** A directory that hands objects out some time after they were asked for. */
        VAULT,
        /** A bucket of an S3-compatible store. */
        S3
    }

    public TierSettings {
        libraries = List.copyOf(libraries);
    }
}
