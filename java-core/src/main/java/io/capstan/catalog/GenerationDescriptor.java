package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.util.ArrayList;
import java.util.List;

/**
 * An earlier generation that is kept. Key: container (16), generation (8). Body, version 1:
 *
 * <pre>
 *   ended, ms since 1970   8
 *   partition count        2
 *   partitions                 capacity 8, end of data 8, filemarks 8, bytes 8
 * </pre>
 */
final class GenerationDescriptor extends Descriptor<GenerationRecord> {

    static final GenerationDescriptor INSTANCE = new GenerationDescriptor();

    private GenerationDescriptor() {
        super(Database.GENERATIONS, 1);
    }

    static byte[] key(ContainerId container, long generation) {
        return new Bytes().container(container).u64(generation).toArray();
    }

    @Override
    byte[] key(GenerationRecord generation) {
        return key(generation.container(), generation.generation());
    }

    @Override
    void writeBody(GenerationRecord generation, Bytes body) {
        body.u64(generation.endedEpochMillis()).u16(generation.partitions().size());
        for (PartitionState partition : generation.partitions()) {
            body.u64(partition.capacityBytes())
                    .u64(partition.endOfDataObject())
                    .u64(partition.filemarkCount())
                    .u64(partition.byteCount());
        }
    }

    @Override
    GenerationRecord read(Fields key, Fields body, int version) {
        ContainerId container = key.container();
        long generation = key.u64();
        long endedEpochMillis = body.u64();
        int count = body.u16();
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionState(body.u64(), body.u64(), body.u64(), body.u64()));
        }
        return new GenerationRecord(container, generation, endedEpochMillis, partitions);
    }
}
