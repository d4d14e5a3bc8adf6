package io.capstan.drive;

import io.capstan.medium.AttributeStore;
import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.AttributeStore.Format;
import java.nio.ByteBuffer;

/**
 * What a cartridge remembers of its life, in one attribute of the drive's own that no host sees: the attributes hosts see
 * count whole MiB, and cartridges of many short loads would lose what is less.
 *
 * <pre>
 *   8 bytes a word, big-endian, in the order of {@link Word}; words that are missing at the end are 0
 * </pre>
 */
final class VolumeStatistics {

    /** In the range for vendor-specific device attributes, behind those of LTO drives. */
    static final int IDENTIFIER = 0x03FF;

    /** The words, never to be reordered. */
    enum Word {
        LOADS,
        BYTES_WRITTEN,
        BYTES_READ,
        LAST_LOAD_BYTES_WRITTEN,
        LAST_LOAD_BYTES_READ,
        UNRECOVERED_WRITE_ERRORS,
        UNRECOVERED_READ_ERRORS,
        LOADED_SECONDS,
        INITIALIZATIONS,
        /** Of SET CAPACITY, in 65,535ths; 0 stands for all. */
        CAPACITY_PROPORTION
    }

    private final long[] words = new long[Word.values().length];

    static VolumeStatistics load(AttributeStore attributes) {
        VolumeStatistics statistics = new VolumeStatistics();
        ByteBuffer bytes =
                attributes
                        .get(0, IDENTIFIER)
                        .map(attribute -> ByteBuffer.wrap(attribute.value()))
                        .orElseGet(() -> ByteBuffer.allocate(0));
        for (int i = 0; i < statistics.words.length && bytes.remaining() >= Long.BYTES; i++) {
            statistics.words[i] = bytes.getLong();
        }
        return statistics;
    }

    void store(AttributeStore attributes) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
        for (long word : words) {
            bytes.putLong(word);
        }
        attributes.put(new Attribute(0, IDENTIFIER, Format.BINARY, bytes.array()));
    }

    long get(Word word) {
        return words[word.ordinal()];
    }

    void set(Word word, long value) {
        words[word.ordinal()] = value;
    }

    void add(Word word, long count) {
        words[word.ordinal()] += count;
    }
}
