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

    /** The format field of an attribute. */
    enum Format {
        BINARY,
        ASCII,
        TEXT
    }

    /**
     * @param partition 0 for attributes of the whole medium
     * @param value wire bytes, owned by the record: never changed
     */
    record Attribute(int partition, int identifier, Format format, byte[] value) {}

    Optional<Attribute> get(int partition, int identifier);

    void put(Attribute attribute);

    void remove(int partition, int identifier);

    /** Attributes of a partition by rising identifier. */
    List<Attribute> list(int partition);
}
