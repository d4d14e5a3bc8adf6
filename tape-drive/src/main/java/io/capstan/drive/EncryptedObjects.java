package io.capstan.drive;

import io.capstan.medium.AttributeStore;
import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.AttributeStore.Format;
import io.capstan.medium.Medium;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where the encrypted blocks of each partition begin and end: the first one, and the first block behind it that is not
 * encrypted.
 *
 * <p>Kept in an attribute of the drive's own that no host sees. The attribute is there only while it is true: it goes with the
 * first write of a load and comes back when the load ends, so that after a crash nothing is claimed. Cartridges without it that
 * hold anything are unknown until they are written from their beginning.
 *
 * <pre>
 *   0 first encrypted block (8)   8 first unencrypted block behind it (8)   16 end-of-data when this was true (8)
 * </pre>
 *
 * @see "SSC-5, Volume Statistics log page, parameters 0200h and 0201h"
 */
final class EncryptedObjects {

    static final long NONE = -1;
    static final long UNKNOWN = -2;

    /** In the range for vendor-specific device attributes, beside {@link VolumeStatistics#IDENTIFIER}. */
    static final int IDENTIFIER = 0x03FE;

    private final Medium medium;
    private final long[] first = new long[Medium.PARTITION_COUNT_MAX];
    private final long[] firstClearBehind = new long[Medium.PARTITION_COUNT_MAX];

    EncryptedObjects(Medium medium) {
        this.medium = medium;
    }

    // ---- the life of a load

    void load() {
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            load(partition);
        }
    }

    private void load(int partition) {
        long endOfData = medium.endOfData(partition);
        Optional<ByteBuffer> kept =
                attributes()
                        .get(partition, IDENTIFIER)
                        .map(attribute -> ByteBuffer.wrap(attribute.value()))
                        .filter(words -> words.getLong(2 * Long.BYTES) == endOfData);
        long unknown = endOfData == 0 ? NONE : UNKNOWN;
        first[partition] = kept.map(words -> words.getLong(0)).orElse(unknown);
        firstClearBehind[partition] = kept.map(words -> words.getLong(Long.BYTES)).orElse(unknown);
    }

    /** Call before the first write of a load to a partition. */
    void noteModification(int partition) {
        attributes().remove(partition, IDENTIFIER);
    }

    void store() {
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            byte[] words =
                    ByteBuffer.allocate(3 * Long.BYTES)
                            .putLong(first[partition])
                            .putLong(firstClearBehind[partition])
                            .putLong(medium.endOfData(partition))
                            .array();
            attributes().put(new Attribute(partition, IDENTIFIER, Format.BINARY, words));
        }
    }

    // ---- what is written

    /** Data of a partition ends at an object now. */
    void endData(int partition, long objectNumber) {
        if (objectNumber == 0 || first[partition] >= objectNumber) {
            first[partition] = NONE;
            firstClearBehind[partition] = NONE;
        } else if (firstClearBehind[partition] >= objectNumber) {
            firstClearBehind[partition] = NONE;
        }
    }

    /** A block was written, which is the last object of its partition now. */
    void noteBlock(int partition, long objectNumber, boolean encrypted) {
        endData(partition, objectNumber);
        if (encrypted && first[partition] == NONE) {
            first[partition] = objectNumber;
        } else if (!encrypted && first[partition] >= 0 && firstClearBehind[partition] == NONE) {
            firstClearBehind[partition] = objectNumber;
        }
    }

    /** What a partition holds is no longer what was written. */
    void forget(int partition) {
        first[partition] = UNKNOWN;
        firstClearBehind[partition] = UNKNOWN;
    }

    // ---- what is told

    /** Object number, {@link #NONE} or {@link #UNKNOWN}. */
    long first(int partition) {
        return first[partition];
    }

    /** Object number, {@link #NONE} or {@link #UNKNOWN}. */
    long firstClearBehind(int partition) {
        return firstClearBehind[partition];
    }

    private AttributeStore attributes() {
        return medium.attributes();
    }
}
