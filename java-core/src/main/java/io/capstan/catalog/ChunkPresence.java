package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import java.util.OptionalLong;

/** Answers {@link Catalog#check} about chunk files, so that the catalog need not know the store. */
@FunctionalInterface
public interface ChunkPresence {

    /** Every file is there and long enough: leaves files out of the check. */
    ChunkPresence ASSUMED = (chunk, disk) -> OptionalLong.of(Long.MAX_VALUE);

    /**
     * Length in bytes of a chunk's file on a disk that should have a copy, or empty if there is none.
     */
    OptionalLong lengthBytes(ChunkId chunk, DiskId disk);
}
