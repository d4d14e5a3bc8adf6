package io.capstan.medium;

import io.capstan.catalog.ChunkPresence;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.store.ChunkStore;
import java.util.OptionalLong;

/**
 * Tells the catalog's check which chunk files there are. Any thread.
 */
public final class ChunkFiles implements ChunkPresence {

    private final ChunkStore store;

    public ChunkFiles(ChunkStore store) {
        this.store = store;
    }

    @Override
    public OptionalLong lengthBytes(ChunkId chunk, DiskId disk) {
        return store.files().lengthBytes(chunk, disk);
    }
}
