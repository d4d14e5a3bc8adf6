package io.capstan.format;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a chunk file holds: from its directory if it is sealed, otherwise found by walking its records.
 *
 * @param directory of all objects; those lost between valid records have no offset
 * @param filemarkCount filemarks in the chunk; in a sealed one with a damaged directory, also those that were lost
 * @param endOfDataObjectNumber where the last end-of-data record says the partition ended
 * @param storedByteCount bytes of stored data in the blocks; in an unsealed chunk, without those that were lost
 * @param contentLengthBytes where the valid content ends; a writer that goes on cuts the file here first
 * @param tail what stands behind the content
 * @param tailFault why the content ends here, if the tail is torn
 * @param damage damage within the content, in order
 */
public record ChunkContent(
        ChunkDirectory directory,
        int filemarkCount,
        OptionalLong endOfDataObjectNumber,
        long storedByteCount,
        long contentLengthBytes,
        Tail tail,
        Optional<FormatException> tailFault,
        List<FormatException> damage) {

    /** What stands behind the content of a chunk file. */
    public enum Tail {
        /** Directory and trailer. */
        SEALED,
        /** Nothing. */
        NONE,
        /** Zeros: disk space allocated beforehand. */
        ZEROS,
        /** What was being written when the node stopped; never acknowledged as synchronized. */
        TORN
    }

    public ChunkContent {
        damage = List.copyOf(damage);
    }

    /** Whether the chunk has any effect when its container is replayed. */
    public boolean hasEffect() {
        return directory.objectCount() > 0 || endOfDataObjectNumber.isPresent();
    }
}
