package io.capstan.upkeep;

/**
 * How much upkeep may do.
 *
 * @param repairBytesPerSecondMax bound of what is read to make and repair copies
 * @param scrubBytesPerSecondMax bound of what is read to scrub
 * @param scrubIntervalMillis from the end of a scrub to the beginning of the next; 0 for scrubs on request alone
 * @param repairDelayMillis how long a disk may be away before its chunks are copied elsewhere
 * @param tickMillis between looks at disks that are out of use
 */
public record UpkeepOptions(
        long repairBytesPerSecondMax,
        long scrubBytesPerSecondMax,
        long scrubIntervalMillis,
        long repairDelayMillis,
        long tickMillis) {

    public static final UpkeepOptions DEFAULTS =
            new UpkeepOptions(200L << 20, 50L << 20, 30L * 24 * 3_600_000, 300_000, 30_000);

    public UpkeepOptions {
        if (repairBytesPerSecondMax < 1 || scrubBytesPerSecondMax < 1) {
            throw new IllegalArgumentException("a bandwidth below 1 byte per second");
        }
        if (scrubIntervalMillis < 0 || repairDelayMillis < 0 || tickMillis < 1) {
            throw new IllegalArgumentException("a time below 0");
        }
    }
}
