package io.capstan.store;

/** What a disk can do. */
public enum DiskCondition {
    /** Everything. */
    WORKING,
    /** It was away and is back; what it missed is being brought up to date, and it takes no new chunks meanwhile. */
    RESILVERING,
    /** A write failed, or a call was not answered in time; nothing is asked of it until it answers a probe. */
    FAILED,
    /** Its directory is not there, has no disk label, or is that of another disk: as when it is not mounted. */
    MISSING
}
