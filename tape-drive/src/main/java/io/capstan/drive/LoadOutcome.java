package io.capstan.drive;

/** What became of a cartridge that was put into a drive. */
public enum LoadOutcome {
    /** Loaded and ready, at its beginning. */
    LOADED,
    /** In the drive, but of a generation the drive cannot read: hosts see INCOMPATIBLE MEDIUM INSTALLED. */
    REFUSED,
    /** Not taken: there is a cartridge already. */
    OCCUPIED
}
