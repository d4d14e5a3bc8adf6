package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.util.List;

/**
 * A container: where the next chunk goes and what its partitions hold.
 *
 * @param container the key
 * @param generation the current one; runs of older ones are garbage
 * @param nextChunkSequence sequence of the next chunk to be written, 1 or more; never goes back
 * @param dirty whether it was open for writing when this was committed, so that its last chunk needs recovery
 * @param partitions 1 to 256
 * @param pool name of the pool that its chunks are written to
 */
public record ContainerRecord(
        ContainerId container,
        long generation,
        long nextChunkSequence,
        boolean dirty,
        List<PartitionState> partitions,
        String pool) {

    /** Where chunks are that name no pool. */
    public static final String POOL_DEFAULT = "default";

    static final int POOL_LENGTH_MAX = 64;

    /** In the default pool. */
    public ContainerRecord(
            ContainerId container,
            long generation,
            long nextChunkSequence,
            boolean dirty,
            List<PartitionState> partitions) {
        this(container, generation, nextChunkSequence, dirty, partitions, POOL_DEFAULT);
    }

    public ContainerRecord {
        Range.checkNotNegative("generation", generation);
        Range.check("next chunk sequence", nextChunkSequence, 1, Long.MAX_VALUE);
        Range.check("partition count", partitions.size(), 1, 256);
        partitions = List.copyOf(partitions);
        Range.checkName("pool", pool, POOL_LENGTH_MAX);
    }

    /** The partition of the current generation. */
    public PartitionId partitionId(int partition) {
        Range.check("partition", partition, 0, partitions.size() - 1L);
        return new PartitionId(container, generation, partition);
    }
}
