package io.capstan.catalog;

import io.capstan.format.ChunkId;

/**
 * A copy of a chunk in a tier. Key: container (16), sequence (8), the tier's name. Body, version 1:
 *
 * <pre>
 *   length, bytes                      8
 *   SHA-256 of the file               32
 *   stored, milliseconds since 1970    8
 * </pre>
 */
final class TierCopyDescriptor extends Descriptor<TierCopyRecord> {

    static final TierCopyDescriptor INSTANCE = new TierCopyDescriptor();

    private TierCopyDescriptor() {
        super(Database.TIERS, 1);
    }

    static byte[] key(ChunkId chunk, String tier) {
        return new Bytes().chunk(chunk).ascii(tier).toArray();
    }

    @Override
    byte[] key(TierCopyRecord copy) {
        return key(copy.chunk(), copy.tier());
    }

    @Override
    void writeBody(TierCopyRecord copy, Bytes body) {
        body.u64(copy.lengthBytes()).raw(copy.fileDigest().toBytes()).u64(copy.storedEpochMillis());
    }

    @Override
    TierCopyRecord read(Fields key, Fields body, int version) {
        return new TierCopyRecord(
                key.chunk(),
                key.asciiToEnd(),
                body.u64(),
                ChunkDigest.of(body.raw(ChunkDigest.LENGTH_BYTES)),
                body.u64());
    }
}
