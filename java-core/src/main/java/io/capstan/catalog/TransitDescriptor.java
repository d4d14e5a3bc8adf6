package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;

/** A cartridge on its way. Key: the volume identifier's characters. Body, version 1: number of the job, 8. */
final class TransitDescriptor extends Descriptor<TransitRecord> {

    static final TransitDescriptor INSTANCE = new TransitDescriptor();

    private TransitDescriptor() {
        super(Database.TRANSITS, 1);
    }

    @Override
    byte[] key(TransitRecord transit) {
        return CartridgeDescriptor.key(transit.volume());
    }

    @Override
    void writeBody(TransitRecord transit, Bytes body) {
        body.u64(transit.job());
    }

    @Override
    TransitRecord read(Fields key, Fields body, int version) {
        return new TransitRecord(new VolumeIdentifier(key.asciiToEnd()), body.u64());
    }
}
