package io.capstan.catalog;

import io.capstan.format.DiskId;
import java.util.Optional;

/**
 * A disk of the store.
 *
 * @param disk the key
 * @param directory the store directory on it, as a path in a URI: 1 to 4095 printable ASCII characters
 * @param pool the pool it belongs to
 * @param state what is wanted of it
 * @param labelled whether its directory has had its disk label, so that without it the directory is not the disk's
 * @param stale whether it was out of use and may have missed changes
 * @param moveBytesPerSecondMax bound of an evacuation; 0 unless it is evacuating
 * @param replacedBy the disk in its place, of one that was replaced
 */
public record DiskRecord(
        DiskId disk,
        String directory,
        String pool,
        State state,
        boolean labelled,
        boolean stale,
        long moveBytesPerSecondMax,
        Optional<DiskId> replacedBy) {

    static final int DIRECTORY_LENGTH_MAX = 4095;

    /** What is wanted of a disk. */
    public enum State implements Code {
        ACTIVE(0),
        CLOSED(1),
        EVACUATING(2),
        DEACTIVATED(3),
        REPLACED(4);

        private final int code;

        State(int code) {
            this.code = code;
        }

        @Override
        public int code() {
            return code;
        }
    }

    public DiskRecord {
        Range.checkName("directory", directory, DIRECTORY_LENGTH_MAX);
        Range.checkName("pool", pool, ContainerRecord.POOL_LENGTH_MAX);
        Range.checkNotNegative("bytes per second", moveBytesPerSecondMax);
    }

    /** A disk that was just added. */
    public static DiskRecord added(DiskId disk, String directory, String pool) {
        return new DiskRecord(
                disk, directory, pool, State.ACTIVE, false, false, 0, Optional.empty());
    }

    public DiskRecord withState(State newState, long bytesPerSecondMax) {
        return new DiskRecord(
                disk, directory, pool, newState, labelled, stale, bytesPerSecondMax, replacedBy);
    }

    public DiskRecord withStale(boolean isStale) {
        return new DiskRecord(
                disk, directory, pool, state, labelled, isStale, moveBytesPerSecondMax, replacedBy);
    }

    /** The same disk, known to have its label, in that directory and pool. */
    public DiskRecord in(String newDirectory, String newPool) {
        return new DiskRecord(
                disk, newDirectory, newPool, state, true, stale, moveBytesPerSecondMax, replacedBy);
    }

    public DiskRecord replaced(DiskId by) {
        return new DiskRecord(
                disk, directory, pool, State.REPLACED, labelled, stale, 0, Optional.of(by));
    }
}
