package io.capstan.drive;

/** Where a cartridge is, as operators and changers want to know it. */
public enum LoadState {
    /** No cartridge. */
    EMPTY,
    /** Loaded and ready. */
    LOADED,
    /** Unloaded by a host, still in the drive; a host's LOAD or an eject is next. */
    UNLOADED,
    /** In the drive, which cannot use it. */
    REFUSED,
    /** A cleaning cartridge that has done its work or is used up. */
    CLEANING
}
