package io.capstan.store;

/** What is wanted of a disk; it is kept in the catalog. What a disk can do now is its {@link DiskCondition}. */
public enum DiskState {
    /** Takes new chunks. */
    ACTIVE,
    /** Takes no new chunks; those it has stay and are read and repaired. */
    CLOSED,
    /** Takes no new chunks; those it has are copied to other disks, then dropped here. */
    EVACUATING,
    /** Takes no part any more: nothing is read from it or written to it. */
    DEACTIVATED,
    /** Another disk has its place; final. */
    REPLACED;

    /** Whether a disk is to have no chunks. */
    public boolean isLeaving() {
        return switch (this) {
            case ACTIVE, CLOSED -> false;
            case EVACUATING, DEACTIVATED, REPLACED -> true;
        };
    }
}
