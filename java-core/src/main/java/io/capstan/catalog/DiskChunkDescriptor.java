package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;

/** That a disk has a copy of a chunk. Key: disk (16), container (16), sequence (8). The body is empty. */
final class DiskChunkDescriptor extends Descriptor<DiskChunkDescriptor.Entry> {

    static final DiskChunkDescriptor INSTANCE = new DiskChunkDescriptor();

    record Entry(DiskId disk, ChunkId chunk) {}

    private DiskChunkDescriptor() {
        super(Database.DISK_CHUNKS, 1);
    }

    @Override
    byte[] key(Entry entry) {
        return new Bytes().disk(entry.disk()).chunk(entry.chunk()).toArray();
    }

    @Override
    void writeBody(Entry entry, Bytes body) {}

    @Override
    Entry read(Fields key, Fields body, int version) {
        return new Entry(key.disk(), key.chunk());
    }
}
