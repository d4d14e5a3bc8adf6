package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A chunk. Key: container (16), sequence (8). Body, version 2:
 *
 * <pre>
 *   state              1   0 open, 1 sealed, 2 deletable
 *   length, bytes      8
 *   object count       8
 *   reference count    8
 *   has digest         1   0 or 1
 *   digest            32   only where there is one
 *   number of copies   1   0 to 16
 *   disks                  16 each
 * </pre>
 *
 * <p>Version 1 had the name of one directory, a string, in place of the last two. A directory that has not got a disk label
 * yet is known as the disk that {@link #unlabelled} gives for its name.
 */
final class ChunkDescriptor extends Descriptor<ChunkDescriptor.Entry> {

    static final ChunkDescriptor INSTANCE = new ChunkDescriptor();

    private static final ChunkState[] STATES = ChunkState.values();

    record Entry(ChunkRecord chunk, long referenceCount) {
        Entry {
            Range.checkNotNegative("reference count", referenceCount);
        }
    }

    private ChunkDescriptor() {
        super(Database.CHUNKS, 2);
    }

    static byte[] key(ChunkId chunk) {
        return new Bytes().chunk(chunk).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return key(entry.chunk().chunk());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        ChunkRecord chunk = entry.chunk();
        body.u8(chunk.state().code())
                .u64(chunk.lengthBytes())
                .u64(chunk.objectCount())
                .u64(entry.referenceCount())
                .bool(chunk.digest().isPresent());
        chunk.digest().ifPresent(digest -> body.raw(digest.toBytes()));
        body.u8(chunk.disks().size());
        chunk.disks().forEach(body::disk);
    }

    /**
     * The disk of a directory that has no label. Names of version 1 had 255 characters at most, the last ones of longer
     * paths, and a slash behind or none.
     */
    static DiskId unlabelled(String directory) {
        String name =
                directory.endsWith("/")
                        ? directory.substring(0, directory.length() - 1)
                        : directory;
        String end = name.substring(Math.max(0, name.length() - 254));
        return DiskId.of(UUID.nameUUIDFromBytes(end.getBytes(StandardCharsets.UTF_8)));
    }

    /** The directory's name in a value of version 1, which the checksum has been or will be looked at elsewhere. */
    static String directoryOfVersion1(byte[] value) {
        Fields body = new Fields(ByteBuffer.wrap(value, 1, value.length - 1).slice());
        body.raw(1 + 3 * Long.BYTES);
        if (body.bool()) {
            body.raw(ChunkDigest.LENGTH_BYTES);
        }
        return body.string();
    }

    private static List<DiskId> disks(Fields body, int version) {
        if (version == 1) {
            return List.of(unlabelled(body.string()));
        }
        int count = body.u8();
        List<DiskId> disks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            disks.add(body.disk());
        }
        return disks;
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        ChunkId chunk = key.chunk();
        ChunkState state = body.constant(STATES);
        long lengthBytes = body.u64();
        long objectCount = body.u64();
        long referenceCount = body.u64();
        Optional<ChunkDigest> digest =
                body.bool()
                        ? Optional.of(ChunkDigest.of(body.raw(ChunkDigest.LENGTH_BYTES)))
                        : Optional.empty();
        return new Entry(
                new ChunkRecord(
                        chunk, state, lengthBytes, objectCount, digest, disks(body, version)),
                referenceCount);
    }
}
