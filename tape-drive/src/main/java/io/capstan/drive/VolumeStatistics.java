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
 *   8 bytes a word, big-endian, by {@link Word}; words that are missing at the end are 0
 * </pre>
 */
final class VolumeStatistics {

    /** In the range for vendor-specific device attributes, behind those of LTO drives. */
    static final int IDENTIFIER = 0x03FF;

    /** The words by their place, which is part of the format. */
    enum Word {
        LOADS(0),
        BYTES_WRITTEN(1),
        BYTES_READ(2),
        LAST_LOAD_BYTES_WRITTEN(3),
        LAST_LOAD_BYTES_READ(4),
        UNRECOVERED_WRITE_ERRORS(5),
        UNRECOVERED_READ_ERRORS(6),
        LOADED_SECONDS(7),
        INITIALIZATIONS(8),
        /** Of SET CAPACITY, in 65,535ths; 0 stands for all. */
        CAPACITY_PROPORTION(9);

        private final int place;

        Word(int place) {
            this.place = place;
        }
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
        return words[word.place];
    }

    void set(Word word, long value) {
        words[word.place] = value;
    }

    void add(Word word, long count) {
        words[word.place] += count;
    }
}
