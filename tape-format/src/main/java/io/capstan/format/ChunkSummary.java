package io.capstan.format;

import java.util.OptionalLong;

/**
 * What replay has to know of a chunk.
 *
 * @param objectCount blocks and filemarks in the chunk, lost ones included
 * @param filemarkCount filemarks among them
 * @param byteCount bytes of stored data in the blocks
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
        return of(
                header,
                content.directory().objectCount(),
                content.filemarkCount(),
                content.storedByteCount(),
                content.endOfDataObjectNumber());
    }

    /** The summary of a sealed chunk, for which nothing but the two ends of the file has to be read. */
    public static ChunkSummary of(ChunkHeader header, ChunkTrailer trailer) {
        return of(
                header,
                trailer.objectCount(),
                trailer.filemarkCount(),
                trailer.storedByteCount(),
                trailer.endOfDataObjectNumber());
    }

    private static ChunkSummary of(
            ChunkHeader header,
            int objectCount,
            int filemarkCount,
            long byteCount,
            OptionalLong endOfDataObjectNumber) {
        return new ChunkSummary(
                header.chunk(),
                header.generation(),
                header.partition(),
                header.firstObjectNumber(),
                objectCount,
                header.firstFilemarkNumber(),
                filemarkCount,
                header.firstByteNumber(),
                byteCount,
                endOfDataObjectNumber);
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
