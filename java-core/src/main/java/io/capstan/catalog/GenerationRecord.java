package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.util.List;

/**
 * An earlier generation of a container whose content is kept: {@link CatalogTransaction#reclaim} leaves its runs alone
 * until this record is removed.
 *
 * @param container whose it is
 * @param generation below the container's current one
 * @param endedEpochMillis when the next one began
 * @param partitions as they were then, 1 to 256
 */
public record GenerationRecord(
        ContainerId container,
        long generation,
        long endedEpochMillis,
        List<PartitionState> partitions) {

    public GenerationRecord {
        Range.checkNotNegative("generation", generation);
        Range.checkNotNegative("end of the generation", endedEpochMillis);
        Range.check("partition count", partitions.size(), 1, 256);
        partitions = List.copyOf(partitions);
    }

    public PartitionId partitionId(int partition) {
        Range.check("partition", partition, 0, partitions.size() - 1L);
        return new PartitionId(container, generation, partition);
    }
}
