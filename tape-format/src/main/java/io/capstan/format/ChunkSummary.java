package io.capstan.format;

import java.util.OptionalLong;

/**
 * What replay has to know of a chunk.
 *
 * @param objectCount blocks and filemarks in the chunk, lost ones included
 * @param filemarkCount filemarks among them
 * @param byteCount bytes of host data in the blocks
 * @param endOfDataObjectNumber see {@link ChunkContent#endOfDataObjectNumber}
 */
public record ChunkSummary(
        ChunkId chunk,
        long generation,
        int partition,
        long firstObjectNumber,
        int objectCount,
        long firstFilemarkNumber,
        int filemarkCount,
        long firstByteNumber,
        long byteCount,
        OptionalLong endOfDataObjectNumber) {

    /** The summary of a chunk with this header and content. */
    public static ChunkSummary of(ChunkHeader header, ChunkContent content) {
        return new ChunkSummary(
                header.chunk(),
                header.generation(),
                header.partition(),
                header.firstObjectNumber(),
                content.directory().objectCount(),
                header.firstFilemarkNumber(),
                content.filemarkCount(),
                header.firstByteNumber(),
                content.hostByteCount(),
                content.endOfDataObjectNumber());
    }

    /** Number of the object behind the chunk's last. */
    public long endObjectNumber() {
        return firstObjectNumber + objectCount;
    }

    /** Whether replaying the chunk changes anything: a chunk begun and never written to changes nothing. */
    public boolean hasEffect() {
        return objectCount > 0 || endOfDataObjectNumber.isPresent();
    }
}
