package io.capstan.catalog;

import io.capstan.format.ContainerId;

/**
 * One partition of one generation of a container: the space that logical object numbers count in.
 *
 * @param container the container
 * @param generation 0 or more; a new generation makes everything of older ones garbage
 * @param partition 0 to 255
 */
public record PartitionId(ContainerId container, long generation, int partition) {

    public PartitionId {
        Range.checkNotNegative("generation", generation);
        Range.check("partition", partition, 0, 0xFF);
    }

    @Override
    public String toString() {
        return container + " generation " + generation + " partition " + partition;
    }
}
