package io.capstan.drive;

/** What a drive counts; the names are also those of its metrics. */
public enum DriveCounter {
    POWER_ON_SECONDS,
    POWER_CYCLES,
    LOADS,
    LOADED_SECONDS,
    CLEANINGS,
    /** {@link #LOADED_SECONDS} when the drive was cleaned last. */
    LOADED_SECONDS_AT_CLEANING,
    /** {@link #LOADED_SECONDS} when a cartridge came that the drive cannot read. */
    LOADED_SECONDS_AT_REFUSAL,
    FORCED_EJECTS,
    /** {@link #POWER_ON_SECONDS} when an operator took a cartridge out that a host held. */
    POWER_ON_SECONDS_AT_FORCED_EJECT,
    BLOCKS_WRITTEN,
    BLOCKS_READ,
    BYTES_WRITTEN,
    BYTES_READ,
    /** As they were stored, after compression. */
    MEDIUM_BYTES_WRITTEN,
    /** As they were stored, before decompression. */
    MEDIUM_BYTES_READ,
    FILEMARKS_WRITTEN,
    FILEMARKS_READ,
    SYNCHRONIZATIONS,
    LOCATES,
    REWINDS,
    SPACES,
    UNRECOVERED_WRITE_ERRORS,
    UNRECOVERED_READ_ERRORS,
    /** Reads that one copy failed and another did not. */
    CORRECTED_READ_ERRORS,
    DEFERRED_ERRORS
}
