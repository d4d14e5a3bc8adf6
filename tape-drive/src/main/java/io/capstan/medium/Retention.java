package io.capstan.medium;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long what is on a cartridge is kept, in whole milliseconds.
 *
 * @param keepGenerations for how long an earlier generation is kept once it has ended; empty for as long as its pool, or the
 *     node, says
 * @param lockedUntil before which nothing on it is overwritten, erased or given up, and it is not destroyed; what is
 *     appended is locked too; empty for no lock
 */
public record Retention(Optional<Duration> keepGenerations, Optional<Instant> lockedUntil) {

    public static final Retention NONE = new Retention(Optional.empty(), Optional.empty());

    public Retention {
        if (keepGenerations.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("kept for " + keepGenerations);
        }
    }

    public Retention withKeepGenerations(Duration keep) {
        return new Retention(Optional.of(keep), lockedUntil);
    }

    public Retention withLockedUntil(Instant until) {
        return new Retention(keepGenerations, Optional.of(until));
    }

    /** Whether it is locked at a time. */
    public boolean isLocked(Instant now) {
        return lockedUntil.filter(now::isBefore).isPresent();
    }
}
