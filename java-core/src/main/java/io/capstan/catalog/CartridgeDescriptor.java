package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.List;

/**
 * A cartridge. Key: the volume identifier's characters. Body, version 1:
 *
 * <pre>
 *   container              16
 *   medium type             1
 *   density code            1
 *   native capacity, bytes  8
 *   worm                    1   0 or 1
 *   write protected         1   0 or 1
 *   created, ms since 1970  8
 *   load count              8
 *   label revision          4
 *   state                   1   0 present, 1 destroyed
 *   attribute count         2
 *   attributes                  partition 1, identifier 2, format 1, length 2, value
 * </pre>
 */
final class CartridgeDescriptor extends Descriptor<CartridgeRecord> {

    static final CartridgeDescriptor INSTANCE = new CartridgeDescriptor();

    private static final CartridgeState[] STATES = CartridgeState.values();

    private CartridgeDescriptor() {
        super(Database.CARTRIDGES, 1);
    }

    static byte[] key(VolumeIdentifier volume) {
        return new Bytes().ascii(volume.text()).toArray();
    }

    @Override
    byte[] key(CartridgeRecord cartridge) {
        return key(cartridge.volume());
    }

    @Override
    void writeBody(CartridgeRecord cartridge, Bytes body) {
        body.container(cartridge.container())
                .u8(cartridge.mediumType())
                .u8(cartridge.densityCode())
                .u64(cartridge.nativeCapacityBytes())
                .bool(cartridge.worm())
                .bool(cartridge.writeProtected())
                .u64(cartridge.createdEpochMillis())
                .u64(cartridge.loadCount())
                .u32(cartridge.labelRevision())
                .u8(cartridge.state().code())
                .u16(cartridge.attributes().size());
        for (MamAttribute attribute : cartridge.attributes()) {
            body.u8(attribute.partition())
                    .u16(attribute.identifier())
                    .u8(attribute.format())
                    .blob(attribute.value());
        }
    }

    @Override
    CartridgeRecord read(Fields key, Fields body, int version) {
        VolumeIdentifier volume = new VolumeIdentifier(key.asciiToEnd());
        var container = body.container();
        int mediumType = body.u8();
        int densityCode = body.u8();
        long nativeCapacityBytes = body.u64();
        boolean worm = body.bool();
        boolean writeProtected = body.bool();
        long createdEpochMillis = body.u64();
        long loadCount = body.u64();
        int labelRevision = body.u32();
        CartridgeState state = body.constant(STATES);
        return new CartridgeRecord(
                volume,
                container,
                mediumType,
                densityCode,
                nativeCapacityBytes,
                worm,
                writeProtected,
                createdEpochMillis,
                loadCount,
                labelRevision,
                readAttributes(body),
                state);
    }

    private static List<MamAttribute> readAttributes(Fields body) {
        int count = body.u16();
        List<MamAttribute> attributes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attributes.add(new MamAttribute(body.u8(), body.u16(), body.u8(), body.blob()));
        }
        return attributes;
    }
}
