package io.capstan.drive;

/** What a drive counts; the names are also those of its metrics. */
public enum DriveCounter {
    POWER_ON_SECONDS,
    LOADS,
    LOADED_SECONDS,
    CLEANINGS,
    BLOCKS_WRITTEN,
    BLOCKS_READ,
    BYTES_WRITTEN,
    BYTES_READ,
    FILEMARKS_WRITTEN,
    FILEMARKS_READ,
    SYNCHRONIZATIONS,
    LOCATES,
    REWINDS,
    SPACES,
    UNRECOVERED_WRITE_ERRORS,
    UNRECOVERED_READ_ERRORS,
    DEFERRED_ERRORS
}
