package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.FormatException;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.CartridgeIndex.Entry;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Layout of a cartridge's index in a tier. Numbers are little-endian, but for container ids.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CPSTNIDX"                                                             |
 *    8  |  version          |  partition count  |  number of entries                    |
 *   16  |  length of all, the CRC-32C included                                          |
 *   24  |  container id, most significant byte first                                    |
 *   32  |                                                                               |
 *   40  |  generation                                                                   |
 *   48  |  next chunk sequence                                                          |
 *   56  |  volume identifier, ASCII, left-aligned, zeros to 32 bytes                    |
 *   88  |  capacity of partition 0, of 1, of 2, of 3; 0 where there is none             |
 *  120  |  entries                                                                      |
 *       |  CRC-32C of all bytes before          |
 *
 * Entry:
 *    0  |  partition        |  flags            |  number of filemark positions         |
 *    8  |  container id of the chunk, most significant byte first                       |
 *   16  |                                                                               |
 *   24  |  sequence of the chunk                                                        |
 *   32  |  length of the chunk file                                                     |
 *   40  |  objects in the chunk                                                         |
 *   48  |  objects in the run, which are the chunk's first                              |
 *   56  |  filemarks in the run                                                         |
 *   64  |  bytes of data in the run                                                     |
 *   72  |  SHA-256 of the chunk file, 32 bytes                                          |
 *  104  |  digest of the chunk's headers, 32 bytes; zeros where it is not known         |
 *  136  |  positions: which of the chunk's objects are filemarks, 4 bytes each          |
 * </pre>
 *
 * <p>Flags: bit 0 the digest of the headers is known, bit 1 the positions of filemarks are.
 */
final class CartridgeIndexDescriptor {

    /** The bytes "CPSTNIDX". */
    static final long MAGIC = 0x5844494E54535043L;

    static final int VERSION = 1;

    private static final int VOLUME_LENGTH_BYTES = 32;
    private static final int HEADER_LENGTH_BYTES = 120;
    private static final int ENTRY_LENGTH_BYTES = 136;
    private static final int CRC_LENGTH_BYTES = 4;
    private static final int FLAG_DIGEST = 1;
    private static final int FLAG_FILEMARKS = 2;

    private CartridgeIndexDescriptor() {}

    static byte[] encode(CartridgeIndex index) {
        long lengthBytes = HEADER_LENGTH_BYTES + CRC_LENGTH_BYTES;
        for (Entry entry : index.entries()) {
            lengthBytes += ENTRY_LENGTH_BYTES + 4L * entry.filemarks().orElse(List.of()).size();
        }
        ByteBuffer out =
                ByteBuffer.allocate(Math.toIntExact(lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC);
        out.putShort((short) VERSION);
        out.putShort((short) index.capacitiesBytes().size());
        out.putInt(index.entries().size());
        out.putLong(lengthBytes);
        put(out, index.container());
        out.putLong(index.generation());
        out.putLong(index.nextChunkSequence());
        byte[] volume = index.volume().toString().getBytes(StandardCharsets.US_ASCII);
        out.put(volume).position(out.position() + VOLUME_LENGTH_BYTES - volume.length);
        for (int i = 0; i < CartridgeIndex.PARTITION_COUNT_MAX; i++) {
            out.putLong(i < index.capacitiesBytes().size() ? index.capacitiesBytes().get(i) : 0);
        }
        index.entries().forEach(entry -> put(out, entry));
        out.putInt(crc(out.array(), out.position()));
        return out.array();
    }

    private static void put(ByteBuffer out, ContainerId container) {
        out.order(ByteOrder.BIG_ENDIAN)
                .putLong(container.mostSignificantBits())
                .putLong(container.leastSignificantBits())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(ByteBuffer out, Entry entry) {
        List<Integer> filemarks = entry.filemarks().orElse(List.of());
        out.putShort((short) entry.partition());
        out.putShort(
                (short)
                        ((entry.digest().isPresent() ? FLAG_DIGEST : 0)
                                | (entry.filemarks().isPresent() ? FLAG_FILEMARKS : 0)));
        out.putInt(filemarks.size());
        put(out, entry.chunk().container());
        out.putLong(entry.chunk().sequence());
        out.putLong(entry.lengthBytes());
        out.putLong(entry.objectCountOfChunk());
        out.putLong(entry.objectCount());
        out.putLong(entry.filemarkCount());
        out.putLong(entry.byteCount());
        out.put(entry.fileDigest().toBytes());
        out.put(entry.digest().map(ChunkDigest::toBytes).orElse(new byte[32]));
        filemarks.forEach(out::putInt);
    }

    private static int crc(byte[] bytes, int lengthBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, lengthBytes);
        return (int) crc.getValue();
    }

    /**
     * Reads and checks an index.
     *
     * @param source what it is, for messages
     * @throws FormatException if this is no valid index of a version known here
     */
    static CartridgeIndex decode(byte[] bytes, String source) throws FormatException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_LENGTH_BYTES + CRC_LENGTH_BYTES) {
            throw new FormatException(source, 0, "length", bytes.length + " is not an index's");
        }
        if (in.getLong() != MAGIC) {
            throw new FormatException(source, 0, "index magic", "is another");
        }
        int version = in.getShort();
        if (version != VERSION) {
            throw new FormatException(source, 8, "version", version + " is not known here");
        }
        int crcOffset = bytes.length - CRC_LENGTH_BYTES;
        if (in.getInt(crcOffset) != crc(bytes, crcOffset)) {
            throw new FormatException(source, crcOffset, "index crc32c", "is another");
        }
        try {
            CartridgeIndex index = decode(in.limit(crcOffset), bytes.length);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes behind the last entry");
            }
            return index;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new FormatException(
                    source, in.position(), "index", String.valueOf(e.getMessage()));
        }
    }

    /** From behind the version. */
    private static CartridgeIndex decode(ByteBuffer in, long lengthBytes) {
        int partitionCount = in.getShort();
        int entryCount = in.getInt();
        if (in.getLong() != lengthBytes) {
            throw new IllegalArgumentException("its length is another");
        }
        ContainerId container = container(in);
        long generation = in.getLong();
        long nextChunkSequence = in.getLong();
        byte[] volume = new byte[VOLUME_LENGTH_BYTES];
        in.get(volume);
        List<Long> capacities = new ArrayList<>();
        for (int i = 0; i < CartridgeIndex.PARTITION_COUNT_MAX; i++) {
            long capacity = in.getLong();
            if (i < partitionCount) {
                capacities.add(capacity);
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < entryCount; i++) {
            entries.add(entry(in));
        }
        return new CartridgeIndex(
                new VolumeIdentifier(
                        new String(volume, StandardCharsets.US_ASCII).replace("\0", "")),
                container,
                generation,
                nextChunkSequence,
                capacities,
                entries);
    }

    private static ContainerId container(ByteBuffer in) {
        in.order(ByteOrder.BIG_ENDIAN);
        ContainerId container = new ContainerId(in.getLong(), in.getLong());
        in.order(ByteOrder.LITTLE_ENDIAN);
        return container;
    }

    private static Entry entry(ByteBuffer in) {
        int partition = in.getShort();
        int flags = in.getShort();
        int positions = in.getInt();
        ChunkId chunk = new ChunkId(container(in), in.getLong());
        long lengthBytes = in.getLong();
        long objectCountOfChunk = in.getLong();
        long objectCount = in.getLong();
        long filemarkCount = in.getLong();
        long byteCount = in.getLong();
        ChunkDigest fileDigest = digest(in);
        ChunkDigest digest = digest(in);
        if (positions < 0 || positions > in.remaining() / 4) {
            throw new IllegalArgumentException(positions + " positions of filemarks");
        }
        List<Integer> filemarks = new ArrayList<>();
        for (int i = 0; i < positions; i++) {
            filemarks.add(in.getInt());
        }
        return new Entry(
                partition,
                chunk,
                lengthBytes,
                objectCountOfChunk,
                (flags & FLAG_DIGEST) != 0 ? Optional.of(digest) : Optional.empty(),
                fileDigest,
                objectCount,
                filemarkCount,
                byteCount,
                (flags & FLAG_FILEMARKS) != 0 ? Optional.of(filemarks) : Optional.empty());
    }

    private static ChunkDigest digest(ByteBuffer in) {
        byte[] digest = new byte[32];
        in.get(digest);
        return ChunkDigest.of(digest);
    }
}
