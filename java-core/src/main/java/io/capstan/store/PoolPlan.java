package io.capstan.store;

import java.util.List;

/**
 * Disks over which chunks are spread.
 *
 * @param copies of each chunk, on as many disks: 1 to {@link #COPIES_MAX}
 * @param disks at least as many as copies
 */
public record PoolPlan(String name, int copies, List<DiskPlan> disks) {

    public static final String NAME_DEFAULT = "default";
    public static final int COPIES_MAX = 3;

    public PoolPlan {
        disks = List.copyOf(disks);
        if (copies < 1 || copies > COPIES_MAX) {
            throw new IllegalArgumentException("pool " + name + ": " + copies + " copies");
        }
        if (disks.size() < copies) {
            throw new IllegalArgumentException(
                    "pool %s: %d copies need as many disks, and there are %d"
                            .formatted(name, copies, disks.size()));
        }
    }
}
