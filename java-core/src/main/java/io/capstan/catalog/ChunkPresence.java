package io.capstan.catalog;

import io.capstan.format.ChunkId;
import java.util.OptionalLong;

/** Answers {@link CatalogCheck} about chunk files, so that the catalog need not know the store. */
@FunctionalInterface
public interface ChunkPresence {

    /**
     * Length of a chunk's file in bytes, or empty if there is none.
     *
     * @param directory name of the store's directory that should hold it
     */
    OptionalLong lengthBytes(ChunkId chunk, String directory);
}
