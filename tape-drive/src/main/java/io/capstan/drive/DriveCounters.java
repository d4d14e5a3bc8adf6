package io.capstan.drive;

import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one drive: over its life, since the cartridge was loaded, and since a host last reset them with LOG
 * SELECT. Owner thread only.
 */
final class DriveCounters {

    private final long[] lifetime = new long[DriveCounter.values().length];
    private long[] atLoad;
    private long[] atReset;

    /**
     * @param lifetime what the drive had counted when it was last seen; counters that are not in it start at zero
     */
    DriveCounters(Map<DriveCounter, Long> lifetime) {
        lifetime.forEach((counter, value) -> this.lifetime[counter.ordinal()] = value);
        atLoad = this.lifetime.clone();
        atReset = this.lifetime.clone();
    }

    void add(DriveCounter counter, long count) {
        lifetime[counter.ordinal()] += count;
    }

    long lifetime(DriveCounter counter) {
        return lifetime[counter.ordinal()];
    }

    long sinceLoad(DriveCounter counter) {
        return lifetime(counter) - atLoad[counter.ordinal()];
    }

    /** Since load, or since LOG SELECT reset the counters after it. */
    long sinceReset(DriveCounter counter) {
        return lifetime(counter) - atReset[counter.ordinal()];
    }

    void startLoad() {
        atLoad = lifetime.clone();
        atReset = lifetime.clone();
    }

    void reset() {
        atReset = lifetime.clone();
    }

    Map<DriveCounter, Long> snapshot() {
        Map<DriveCounter, Long> snapshot = new EnumMap<>(DriveCounter.class);
        for (DriveCounter counter : DriveCounter.values()) {
            snapshot.put(counter, lifetime(counter));
        }
        return Map.copyOf(snapshot);
    }
}
