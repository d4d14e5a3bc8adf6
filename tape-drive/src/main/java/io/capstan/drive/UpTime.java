package io.capstan.drive;

import java.time.InstantSource;

/** Keeps the counters that count seconds up to date; asked whenever somebody looks at them or a load begins or ends. */
final class UpTime {

    private final DriveCounters counters;
    private final InstantSource clock;
    private long latestSecond;

    UpTime(DriveCounters counters, InstantSource clock) {
        this.counters = counters;
        this.clock = clock;
        this.latestSecond = clock.instant().getEpochSecond();
    }

    /** A clock that was set back counts nothing. */
    void update(boolean loaded) {
        long now = clock.instant().getEpochSecond();
        long elapsed = Math.max(0, now - latestSecond);
        latestSecond = now;
        counters.add(DriveCounter.POWER_ON_SECONDS, elapsed);
        if (loaded) {
            counters.add(DriveCounter.LOADED_SECONDS, elapsed);
        }
    }
}
