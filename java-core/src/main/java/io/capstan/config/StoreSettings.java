package io.capstan.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Section {@code store}: where data is kept.
 *
 * @param directories where chunks go, one copy of each ({@code directories}); empty for one below the data directory
 * @param pools disks with several copies of each chunk, in place of {@code directories} ({@code pools})
 * @param chunkSizeBytes length at which a chunk is full ({@code chunk-size})
 * @param reserveBytes of each directory's file system that data may not use ({@code reserve})
 * @param diskTimeoutSeconds how long a disk may take to answer ({@code disk-timeout-seconds})
 * @param repairBytesPerSecond bound of what is read to make copies ({@code repair-bandwidth}, per second)
 * @param repairDelaySeconds how long a disk may be away before its chunks are copied elsewhere ({@code
 *     repair-delay-seconds})
 * @param scrubBytesPerSecond bound of what is read to scrub ({@code scrub-bandwidth}, per second)
 * @param scrubIntervalDays from the end of a scrub to the next ({@code scrub-interval-days}); 0 for none by itself
 */
public record StoreSettings(
        List<Path> directories,
        List<PoolSettings> pools,
        long chunkSizeBytes,
        long reserveBytes,
        int diskTimeoutSeconds,
        long repairBytesPerSecond,
        int repairDelaySeconds,
        long scrubBytesPerSecond,
        int scrubIntervalDays) {

    /** Name of the pool that there is where none is configured. */
    static final String POOL_DEFAULT = "default";

    static final StoreSettings DEFAULTS = new StoreSettings(List.of(), 64L << 20, 256L << 20);

    public StoreSettings {
        directories = List.copyOf(directories);
        pools = List.copyOf(pools);
    }

    /** Without pools, and all else as it is by default. */
    public StoreSettings(List<Path> directories, long chunkSizeBytes, long reserveBytes) {
        this(
                directories,
                List.of(),
                chunkSizeBytes,
                reserveBytes,
                30,
                200L << 20,
                300,
                50L << 20,
                30);
    }
}
