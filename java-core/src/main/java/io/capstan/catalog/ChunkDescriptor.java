package io.capstan.catalog;

import io.capstan.format.ChunkId;
import java.util.Optional;

/**
 * A chunk. Key: container (16), sequence (8). Body, version 1:
 *
 * <pre>
 *   state              1   0 open, 1 sealed, 2 deletable
 *   length, bytes      8
 *   object count       8
 *   reference count    8
 *   has digest         1   0 or 1
 *   digest            32   only where there is one
 *   directory              string
 * </pre>
 */
final class ChunkDescriptor extends Descriptor<ChunkDescriptor.Entry> {

    static final ChunkDescriptor INSTANCE = new ChunkDescriptor();

    private static final ChunkState[] STATES = ChunkState.values();

    record Entry(ChunkRecord chunk, long referenceCount) {
        Entry {
            Range.checkNotNegative("reference count", referenceCount);
        }
    }

    private ChunkDescriptor() {
        super(Database.CHUNKS, 1);
    }

    static byte[] key(ChunkId chunk) {
        return new Bytes().chunk(chunk).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return key(entry.chunk().chunk());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        ChunkRecord chunk = entry.chunk();
        body.u8(chunk.state().code())
                .u64(chunk.lengthBytes())
                .u64(chunk.objectCount())
                .u64(entry.referenceCount())
                .bool(chunk.digest().isPresent());
        chunk.digest().ifPresent(digest -> body.raw(digest.toBytes()));
        body.string(chunk.directory());
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        ChunkId chunk = key.chunk();
        ChunkState state = body.constant(STATES);
        long lengthBytes = body.u64();
        long objectCount = body.u64();
        long referenceCount = body.u64();
        Optional<ChunkDigest> digest =
                body.bool()
                        ? Optional.of(ChunkDigest.of(body.raw(ChunkDigest.LENGTH_BYTES)))
                        : Optional.empty();
        String directory = body.string();
        return new Entry(
                new ChunkRecord(chunk, state, lengthBytes, objectCount, digest, directory),
                referenceCount);
    }
}
