package io.capstan.catalog;

import io.capstan.format.ChunkId;

/**
 * That a chunk is in a state. Key: state (1, as in {@link ChunkDescriptor}), container (16), sequence (8). The body is
 * empty.
 */
final class ChunkStateDescriptor extends Descriptor<ChunkStateDescriptor.Entry> {

    static final ChunkStateDescriptor INSTANCE = new ChunkStateDescriptor();

    private static final ChunkState[] STATES = ChunkState.values();

    record Entry(ChunkState state, ChunkId chunk) {

        static Entry of(ChunkRecord chunk) {
            return new Entry(chunk.state(), chunk.chunk());
        }
    }

    private ChunkStateDescriptor() {
        super(Database.CHUNK_STATES, 1);
    }

    /** What the keys of all chunks in a state begin with. */
    static byte[] prefix(ChunkState state) {
        return new Bytes().u8(state.code()).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return new Bytes().u8(entry.state().code()).chunk(entry.chunk()).toArray();
    }

    @Override
    void writeBody(Entry entry, Bytes body) {}

    @Override
    Entry read(Fields key, Fields body, int version) {
        return new Entry(key.constant(STATES), key.chunk());
    }
}
