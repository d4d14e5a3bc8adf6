package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;
import java.util.OptionalInt;

/**
 * A full element. An empty element has no record.
 *
 * @param location which element
 * @param volume the cartridge in it
 * @param sourceElementAddress the storage element it was last moved from, which READ ELEMENT STATUS reports with SVALID
 * @see "SMC-3, 6.11 READ ELEMENT STATUS"
 */
public record ElementRecord(
        ElementLocation location, VolumeIdentifier volume, OptionalInt sourceElementAddress) {

    public ElementRecord {
        sourceElementAddress.ifPresent(
                source -> Range.check("source element address", source, 0, 0xFFFF));
    }
}
