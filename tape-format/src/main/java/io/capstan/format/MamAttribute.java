package io.capstan.format;

import java.util.Arrays;

/**
 * An attribute of the medium auxiliary memory.
 *
 * @param partition 0 to 3
 * @param id attribute identifier, 16 bits
 * @param format 0 binary, 1 ASCII, 2 text
 * @param value attribute value, up to 65,535 bytes; kept, not copied
 * @see "SPC-4, 7.4.1 MAM attribute format"
 */
public record MamAttribute(int partition, int id, int format, byte[] value) {

    public MamAttribute {
        if (partition < 0 || partition >= ChunkHeader.PARTITION_COUNT_MAX) {
            throw new IllegalArgumentException("MAM attribute in partition " + partition);
        }
        if (id < 0 || id > 0xFFFF) {
            throw new IllegalArgumentException("MAM attribute id " + id);
        }
        if (format < 0 || format > 3) {
            throw new IllegalArgumentException("MAM attribute format " + format);
        }
        if (value.length > 0xFFFF) {
            throw new IllegalArgumentException("MAM attribute of " + value.length + " bytes");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MamAttribute that
                && partition == that.partition
                && id == that.id
                && format == that.format
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * partition + id) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "MamAttribute[partition=%d, id=%04x, format=%d, %d bytes]"
                .formatted(partition, id, format, value.length);
    }
}
