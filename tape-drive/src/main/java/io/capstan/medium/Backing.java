package io.capstan.medium;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.StoreLayout;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The storage that the mediums of a node share. Any thread. */
record Backing(Catalog catalog, ChunkStore store, FileIo io) {

    private static final Logger LOG = LoggerFactory.getLogger(Backing.class);

    /** Makes a change, and returns once it is on stable storage. See {@link Catalog#submit} for what it may do. */
    void commit(Consumer<? super CatalogTransaction> change) throws StoreException {
        try {
            catalog.commit(change);
        } catch (CatalogException e) {
            throw Faults.ofCommit(e);
        }
    }

    <T extends @Nullable Object> T query(Function<? super CatalogView, T> query)
            throws StoreException {
        try {
            return catalog.read(query);
        } catch (CatalogException e) {
            throw Faults.ofQuery(e);
        }
    }

    /** Deletes chunks so that they stay deleted: a file that comes back after a loss of power would be replayed. */
    void deleteDurably(Collection<ChunkId> chunks) throws StoreException {
        TreeSet<ContainerId> containers = new TreeSet<>();
        for (ChunkId chunk : chunks) {
            store.delete(chunk);
            containers.add(chunk.container());
        }
        for (ContainerId container : containers) {
            forceNames(container);
        }
    }

    private void forceNames(ContainerId container) throws StoreException {
        for (Path directory : store.directories()) {
            Path names = new StoreLayout(directory).containerDirectory(container);
            try {
                if (io.exists(names)) {
                    io.forceDirectory(names);
                }
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot force " + names + ": " + e.getMessage(), e);
            }
        }
    }

    /** Tidies up; a directory that is not empty, or will not go, stays. */
    void removeEmptyDirectories(ContainerId container) {
        for (Path directory : store.directories()) {
            Path names = new StoreLayout(directory).containerDirectory(container);
            try {
                if (io.exists(names) && io.list(names).isEmpty()) {
                    io.delete(names);
                }
            } catch (IOException e) {
                LOG.debug("{} stays: {}", names, e.toString());
            }
        }
    }

    /** Cuts the file of a chunk that is not sealed back to what was synchronized. */
    void truncateDurably(ChunkId chunk, long lengthBytes) throws StoreException {
        Path file =
                store.find(chunk)
                        .orElseThrow(() ->
                                new StoreException.Missing(chunk, "chunk " + chunk + " is gone"));
        try (FileIo.OpenFile open = io.openToWrite(file)) {
            if (open.lengthBytes() > lengthBytes) {
                open.truncate(lengthBytes);
                open.force();
            }
        } catch (IOException e) {
            throw new StoreException.WriteFailed(
                    "cannot cut chunk " + chunk + " back: " + e.getMessage(), e);
        }
    }

    /** The name under which the catalog keeps the directory that holds a chunk, or {@code "?"} if none does. */
    String directoryNameOf(ChunkId chunk) {
        Path file = store.find(chunk).orElse(null);
        if (file == null) {
            return "?";
        }
        return store.directories().stream()
                .filter(file::startsWith)
                .findFirst()
                .map(Backing::directoryName)
                .orElse("?");
    }

    /** Directory names in the catalog are short printable ASCII: the path as a URI has it, or its end. */
    static String directoryName(Path directory) {
        String name = directory.toUri().getRawPath();
        int lengthMax = 255;
        return name.length() <= lengthMax ? name : name.substring(name.length() - lengthMax);
    }
}
