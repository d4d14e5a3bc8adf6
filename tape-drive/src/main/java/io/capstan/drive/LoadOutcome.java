package io.capstan.drive;

/** What became of a cartridge that was put into a drive. */
public enum LoadOutcome {
    /** Loaded and ready, at its beginning. */
    LOADED,
    /** In the drive, but of a generation the drive cannot read: hosts see INCOMPATIBLE MEDIUM INSTALLED. */
    REFUSED,
    /** In the drive, which it cleaned, or could not if it is used up; hosts see CLEANING CARTRIDGE INSTALLED. */
    CLEANED,
    /** Not taken: there is a cartridge already. */
    OCCUPIED
}
