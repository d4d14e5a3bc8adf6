package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;

/**
 * A bad copy. Key: container (16), sequence (8), disk (16). Body, version 1:
 *
 * <pre>
 *   found, milliseconds since 1970    8
 *   reason                                string
 * </pre>
 */
final class BadCopyDescriptor extends Descriptor<BadCopyRecord> {

    static final BadCopyDescriptor INSTANCE = new BadCopyDescriptor();

    private BadCopyDescriptor() {
        super(Database.BAD_COPIES, 1);
    }

    static byte[] key(ChunkId chunk, DiskId disk) {
        return new Bytes().chunk(chunk).disk(disk).toArray();
    }

    @Override
    byte[] key(BadCopyRecord copy) {
        return key(copy.chunk(), copy.disk());
    }

    @Override
    void writeBody(BadCopyRecord copy, Bytes body) {
        body.u64(copy.foundEpochMillis()).string(copy.reason());
    }

    @Override
    BadCopyRecord read(Fields key, Fields body, int version) {
        return new BadCopyRecord(key.chunk(), key.disk(), body.u64(), body.string());
    }
}
