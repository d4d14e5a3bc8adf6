package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;

/**
 * A run. Key: container (16), generation (8), partition (1), first object (8), so that the runs of a partition follow
 * each other as the tape does. Body, version 1:
 *
 * <pre>
 *   chunk              24   container 16, sequence 8
 *   object count        8
 *   first filemark      8
 *   filemark count      8
 *   first byte          8
 *   byte count          8
 * </pre>
 */
final class RunDescriptor extends Descriptor<Run> {

    static final RunDescriptor INSTANCE = new RunDescriptor();

    private RunDescriptor() {
        super(Database.RUNS, 1);
    }

    /** What the keys of all runs of a container begin with. */
    static byte[] prefix(ContainerId container) {
        return new Bytes().container(container).toArray();
    }

    /** What the keys of all runs of a partition begin with. */
    static byte[] prefix(PartitionId partition) {
        return new Bytes().partition(partition).toArray();
    }

    static byte[] key(PartitionId partition, long firstObject) {
        return new Bytes().partition(partition).u64(firstObject).toArray();
    }

    @Override
    byte[] key(Run run) {
        return key(run.partition(), run.firstObject());
    }

    @Override
    void writeBody(Run run, Bytes body) {
        body.chunk(run.chunk())
                .u64(run.objectCount())
                .u64(run.firstFilemark())
                .u64(run.filemarkCount())
                .u64(run.firstByte())
                .u64(run.byteCount());
    }

    @Override
    Run read(Fields key, Fields body, int version) {
        PartitionId partition = key.partition();
        long firstObject = key.u64();
        ChunkId chunk = body.chunk();
        return new Run(
                partition,
                firstObject,
                chunk,
                body.u64(),
                body.u64(),
                body.u64(),
                body.u64(),
                body.u64());
    }
}
