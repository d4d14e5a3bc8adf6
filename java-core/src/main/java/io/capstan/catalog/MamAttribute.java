package io.capstan.catalog;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * An attribute of the medium auxiliary memory as READ ATTRIBUTE reports it.
 *
 * @param partition partition it belongs to, 0 to 255
 * @param identifier attribute identifier, 0 to FFFFh
 * @param format 0 binary, 1 ASCII, 2 text; with the READ ONLY bit elsewhere
 * @param value 0 to 65,535 bytes; copied in and out, so that the record cannot change
 * @see "SPC-5, 7.4 Medium auxiliary memory attributes"
 */
public record MamAttribute(int partition, int identifier, int format, byte[] value) {

    public MamAttribute {
        Range.check("partition", partition, 0, 0xFF);
        Range.check("attribute identifier", identifier, 0, 0xFFFF);
        Range.check("attribute format", format, 0, 3);
        Range.check("attribute length", value.length, 0, 0xFFFF);
        value = value.clone();
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MamAttribute that
                && partition == that.partition
                && identifier == that.identifier
                && format == that.format
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * partition + identifier) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "MamAttribute[partition=%d, identifier=%04X, format=%d, value=%s]"
                .formatted(partition, identifier, format, HexFormat.of().formatHex(value));
    }
}
