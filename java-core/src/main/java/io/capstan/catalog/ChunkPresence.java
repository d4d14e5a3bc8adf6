package io.capstan.catalog;

import io.capstan.format.ChunkId;
import java.util.OptionalLong;

/** Answers {@link Catalog#check} about chunk files, so that the catalog need not know the store. */
@FunctionalInterface
public interface ChunkPresence {

    /** Every file is there and long enough: leaves files out of the check. */
    ChunkPresence ASSUMED = (chunk, directory) -> OptionalLong.of(Long.MAX_VALUE);

    /**
     * Length of a chunk's file in bytes, or empty if there is none.
     *
     * @param directory name of the store's directory that should hold it
     */
    OptionalLong lengthBytes(ChunkId chunk, String directory);
}
