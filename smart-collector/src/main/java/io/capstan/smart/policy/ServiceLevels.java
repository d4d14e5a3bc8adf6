package io.capstan.smart.policy;

import java.util.Collection;
import java.util.Map;

/**
 * How certain the owners of a pool's data want to be that its disks live: the greatest chance of failing within 30 days that is
 * let pass. A disk that holds data of several pools follows the strictest.
 *
 * @param failureProbabilityMax by pool, above 0
 */
public record ServiceLevels(Map<String, Double> failureProbabilityMax) {

    public ServiceLevels {
        failureProbabilityMax.forEach((pool, most) -> {
            if (!(most > 0 && most <= 1)) {
                throw new IllegalArgumentException(
                        "pool %s: %s is no probability to hold disks to".formatted(pool, most));
            }
        });
        failureProbabilityMax = Map.copyOf(failureProbabilityMax);
    }

    /** What a disk with data of these pools is held to; 1 if none of them asks for anything. */
    public double strictest(Collection<String> pools) {
        return pools.stream()
                .mapToDouble(pool -> failureProbabilityMax.getOrDefault(pool, 1.0))
                .min()
                .orElse(1);
    }
}
