package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;

/**
 * What the catalog knows of a cartridge's content, for whoever finds the cartridge in a tier and has no catalog: which chunks
 * there are and what is in them, so that none has to be read. See {@link CartridgeIndexDescriptor} for the bytes.
 *
 * @param container of its content
 * @param generation of the container that is in force
 * @param nextChunkSequence of the container; of two indexes that with the higher generation, and then the higher of this,
 *     counts
 * @param capacitiesBytes native capacity of each partition, 1 to {@value #PARTITION_COUNT_MAX}
 * @param entries by partition, and in each by position
 */
record CartridgeIndex(
        VolumeIdentifier volume,
        ContainerId container,
        long generation,
        long nextChunkSequence,
        List<Long> capacitiesBytes,
        List<Entry> entries) {

    static final int PARTITION_COUNT_MAX = 4;

    /**
     * A chunk and the run it holds.
     *
     * @param lengthBytes of its file
     * @param objectCountOfChunk objects in it, of which the run is the first ones
     * @param digest of its headers, where the catalog had it
     * @param fileDigest SHA-256 of its file
     * @param filemarks which of its objects are filemarks, where the catalog had that
     */
    record Entry(
            int partition,
            ChunkId chunk,
            long lengthBytes,
            long objectCountOfChunk,
            Optional<ChunkDigest> digest,
            ChunkDigest fileDigest,
            long objectCount,
            long filemarkCount,
            long byteCount,
            Optional<List<Integer>> filemarks) {

        Entry {
            filemarks = filemarks.map(List::copyOf);
            boolean isPossible =
                    partition >= 0
                            && lengthBytes >= 0
                            && objectCount >= 1
                            && objectCountOfChunk >= objectCount
                            && filemarkCount >= 0
                            && filemarkCount <= objectCount
                            && byteCount >= 0;
            if (!isPossible) {
                throw new IllegalArgumentException(
                        "chunk %s: partition %d, %d bytes, %d of %d objects, %d filemarks, %d bytes of data"
                                .formatted(
                                        chunk,
                                        partition,
                                        lengthBytes,
                                        objectCount,
                                        objectCountOfChunk,
                                        filemarkCount,
                                        byteCount));
            }
        }
    }

    CartridgeIndex {
        capacitiesBytes = List.copyOf(capacitiesBytes);
        entries = List.copyOf(entries);
        if (capacitiesBytes.isEmpty() || capacitiesBytes.size() > PARTITION_COUNT_MAX) {
            throw new IllegalArgumentException(capacitiesBytes.size() + " partitions");
        }
        if (generation < 0
                || nextChunkSequence < 1
                || capacitiesBytes.stream().anyMatch(bytes -> bytes < 0)) {
            throw new IllegalArgumentException("a negative generation, sequence or capacity");
        }
        int partition = 0;
        for (Entry entry : entries) {
            if (entry.partition() < partition || entry.partition() >= capacitiesBytes.size()) {
                throw new IllegalArgumentException(
                        "chunk %s is of partition %d".formatted(entry.chunk(), entry.partition()));
            }
            partition = entry.partition();
        }
    }
}
