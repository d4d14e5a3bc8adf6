package io.capstan.medium;

import io.capstan.catalog.ChunkPresence;
import io.capstan.format.ChunkId;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells the catalog's check which chunk files there are. A chunk counts wherever it is found: operators move directories,
 * and the store searches all of them too. Any thread.
 */
public final class ChunkFiles implements ChunkPresence {

    private final ChunkStore store;
    private final FileIo io;

    /**
     * @param io what the store was opened with
     */
    public ChunkFiles(ChunkStore store, FileIo io) {
        this.store = store;
        this.io = io;
    }

    @Override
    public OptionalLong lengthBytes(ChunkId chunk, String directory) {
        Optional<Path> file = store.find(chunk);
        if (file.isEmpty()) {
            return OptionalLong.empty();
        }
        try (FileIo.OpenFile open = io.openToRead(file.get())) {
            return OptionalLong.of(open.lengthBytes());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
