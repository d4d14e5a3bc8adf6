package io.capstan.medium;

import java.util.List;
import java.util.Optional;

/**
 * Cartridge memory as a plain store: attributes by partition and identifier, values as they are on the wire. Which
 * attributes exist, who may write them and how long they are is the drive's business.
 *
 * <p>Owner thread only. Changes are durable once the medium is synchronized or closed.
 *
 * @see "SPC-6, 7.4 Medium auxiliary memory attributes"
 */
public interface AttributeStore {

    /** What all attributes together may take, each counted with {@link Attribute#lengthBytes}: as LTO's cartridge memory. */
    int CAPACITY_BYTES = 32 * 1024;

    /** The format field of an attribute. */
    enum Format {
        BINARY(0),
        ASCII(1),
        TEXT(2);

        private final int code;

        Format(int code) {
            this.code = code;
        }

        /** The code in the format field. */
        public int code() {
            return code;
        }

        /** The format of this code; SPC reserves the fourth, which counts as binary. */
        public static Format of(int code) {
            return switch (code) {
                case 1 -> ASCII;
                case 2 -> TEXT;
                default -> BINARY;
            };
        }
    }

    /**
     * @param partition 0 for attributes of the whole medium
     * @param value wire bytes, owned by the record: never changed
     */
    record Attribute(int partition, int identifier, Format format, byte[] value) {

        private static final int HEADER_LENGTH_BYTES = 5;

        /** Bytes it takes of the cartridge memory: its length in READ ATTRIBUTE. */
        public int lengthBytes() {
            return HEADER_LENGTH_BYTES + value.length;
        }
    }

    Optional<Attribute> get(int partition, int identifier);

    /**
     * Adds or replaces an attribute.
     *
     * @throws IllegalArgumentException if {@link #CAPACITY_BYTES} would be exceeded; nothing has changed
     */
    void put(Attribute attribute);

    void remove(int partition, int identifier);

    /** Attributes of a partition by rising identifier. */
    List<Attribute> list(int partition);

    /** Bytes that all attributes take. */
    int usedBytes();
}
