package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;

/** Is told what the store found out by the way. Any thread; must return soon, and neither throw nor call the store. */
public interface StoreListener {

    /** A disk failed, did not answer in time, or is missing; once until it works again. */
    void diskFailed(DiskId disk, DiskCondition condition, String reason);

    /** A copy of a chunk could not be read as it was written, whether or not another one could. */
    void copyFault(ChunkId chunk, DiskId disk, String reason);

    /** A chunk has fewer whole copies than its pool wants, because a disk failed while it was written. */
    void copyDropped(ChunkId chunk, DiskId disk);

    /** Listens to nothing. */
    StoreListener NONE =
            new StoreListener() {
                @Override
                public void diskFailed(DiskId disk, DiskCondition condition, String reason) {}

                @Override
                public void copyFault(ChunkId chunk, DiskId disk, String reason) {}

                @Override
                public void copyDropped(ChunkId chunk, DiskId disk) {}
            };
}
