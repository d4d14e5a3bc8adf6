package io.capstan.store;

import io.capstan.format.DiskId;
import java.nio.file.Path;

/**
 * A disk as a store is to use it.
 *
 * @param directory the store directory on it
 * @param isStale whether it may have missed changes, so that it is to be brought up to date before it counts again
 */
public record DiskPlan(
        DiskId disk, Path directory, LabelRule label, DiskState state, boolean isStale) {

    /** What is to be done about the disk label. */
    public enum LabelRule {
        /** Without the label of this disk, its directory is not the disk's: as when it is not mounted. */
        REQUIRED,
        /** The directory is new, or older than disk labels: it gets one if it has none. */
        WRITTEN_IF_ABSENT,
        /** Labels are neither looked at nor written. */
        IGNORED
    }
}
