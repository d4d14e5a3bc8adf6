package io.capstan.smart;

import java.util.List;

/**
 * The chance that a pool loses data because too many of its disks fail before what they held has been copied again.
 *
 * @param copies of each chunk
 * @param disks of the pool that are watched
 * @param probabilities by horizon, in the order of {@link io.capstan.smart.model.Horizon}
 */
public record PoolRisk(String pool, int copies, int disks, List<Double> probabilities) {

    public PoolRisk {
        probabilities = List.copyOf(probabilities);
    }
}
