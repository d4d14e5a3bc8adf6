package io.capstan.catalog;

import io.capstan.format.ChunkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy of a chunk in a tier. Key: container (16), sequence (8), the tier's name. Body, version 2:
 *
 * <pre>
 *   length, bytes                      8
 *   SHA-256 of the file               32
 *   stored, milliseconds since 1970    8
 *   number of filemarks                2   65,535 where they are not known
 *   their indexes                          4 each
 * </pre>
 *
 * <p>Version 1 had no filemarks.
 */
final class TierCopyDescriptor extends Descriptor<TierCopyRecord> {

    static final TierCopyDescriptor INSTANCE = new TierCopyDescriptor();

    private static final int FILEMARKS_UNKNOWN = 0xFFFF;

    private TierCopyDescriptor() {
        super(Database.TIERS, 2);
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
        body.u16(copy.filemarks().map(List::size).orElse(FILEMARKS_UNKNOWN));
        copy.filemarks().ifPresent(indexes -> indexes.forEach(body::u32));
    }

    @Override
    TierCopyRecord read(Fields key, Fields body, int version) {
        return new TierCopyRecord(
                key.chunk(),
                key.asciiToEnd(),
                body.u64(),
                ChunkDigest.of(body.raw(ChunkDigest.LENGTH_BYTES)),
                body.u64(),
                version == 1 ? Optional.empty() : filemarks(body));
    }

    private static Optional<List<Integer>> filemarks(Fields body) {
        int count = body.u16();
        if (count == FILEMARKS_UNKNOWN) {
            return Optional.empty();
        }
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            indexes.add(body.u32());
        }
        return Optional.of(indexes);
    }
}
