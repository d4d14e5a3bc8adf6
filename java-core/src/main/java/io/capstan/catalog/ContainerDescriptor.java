package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.util.ArrayList;
import java.util.List;

/**
 * A container. Key: its id (16). Body, version 2:
 *
 * <pre>
 *   generation             8
 *   next chunk sequence    8
 *   dirty                  1   0 or 1
 *   partition count        2
 *   partitions                 capacity 8, end of data 8, filemarks 8, bytes 8
 *   pool                       string
 * </pre>
 *
 * <p>Version 1 ended before the pool: all were in the default one.
 */
final class ContainerDescriptor extends Descriptor<ContainerRecord> {

    static final ContainerDescriptor INSTANCE = new ContainerDescriptor();

    private ContainerDescriptor() {
        super(Database.CONTAINERS, 2);
    }

    static byte[] key(ContainerId container) {
        return new Bytes().container(container).toArray();
    }

    @Override
    byte[] key(ContainerRecord container) {
        return key(container.container());
    }

    @Override
    void writeBody(ContainerRecord container, Bytes body) {
        body.u64(container.generation())
                .u64(container.nextChunkSequence())
                .bool(container.dirty())
                .u16(container.partitions().size());
        for (PartitionState partition : container.partitions()) {
            body.u64(partition.capacityBytes())
                    .u64(partition.endOfDataObject())
                    .u64(partition.filemarkCount())
                    .u64(partition.byteCount());
        }
        body.string(container.pool());
    }

    @Override
    ContainerRecord read(Fields key, Fields body, int version) {
        ContainerId container = key.container();
        long generation = body.u64();
        long nextChunkSequence = body.u64();
        boolean dirty = body.bool();
        int count = body.u16();
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionState(body.u64(), body.u64(), body.u64(), body.u64()));
        }
        String pool = version == 1 ? ContainerRecord.POOL_DEFAULT : body.string();
        return new ContainerRecord(
                container, generation, nextChunkSequence, dirty, partitions, pool);
    }
}
