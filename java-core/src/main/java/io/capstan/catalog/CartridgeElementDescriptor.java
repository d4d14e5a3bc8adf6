package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;

/**
 * Where a cartridge is. Key: the volume identifier's characters. Body, version 1:
 *
 * <pre>
 *   library           string
 *   element address   2
 * </pre>
 */
final class CartridgeElementDescriptor extends Descriptor<CartridgeElementDescriptor.Entry> {

    static final CartridgeElementDescriptor INSTANCE = new CartridgeElementDescriptor();

    record Entry(VolumeIdentifier volume, ElementLocation location) {}

    private CartridgeElementDescriptor() {
        super(Database.CARTRIDGE_ELEMENTS, 1);
    }

    @Override
    byte[] key(Entry entry) {
        return CartridgeDescriptor.key(entry.volume());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        body.string(entry.location().library()).u16(entry.location().address());
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        VolumeIdentifier volume = new VolumeIdentifier(key.asciiToEnd());
        return new Entry(volume, new ElementLocation(body.string(), body.u16()));
    }
}
