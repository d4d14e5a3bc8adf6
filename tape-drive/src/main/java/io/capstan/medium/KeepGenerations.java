package io.capstan.medium;

import java.time.Duration;
import java.util.Map;

/**
 * How long earlier generations of cartridges are kept once they have ended, where a cartridge's own {@link Retention} says
 * nothing of it.
 *
 * @param otherwise in pools that say nothing either
 * @param pools by name
 */
public record KeepGenerations(Duration otherwise, Map<String, Duration> pools) {

    public KeepGenerations {
        pools = Map.copyOf(pools);
    }

    /** As long in every pool. */
    public static KeepGenerations of(Duration keep) {
        return new KeepGenerations(keep, Map.of());
    }

    Duration in(String pool) {
        return pools.getOrDefault(pool, otherwise);
    }
}
