package io.capstan.format;

import java.lang.foreign.MemorySegment;

/**
 * Layout of the chunk header, the first 4096 bytes of every chunk file.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CPSTNCHK"                                                             |
 *    8  |  version          | partit. | cont.kind|  header length                       |
 *   16  |  container id, most significant byte first                                    |
 *   24  |                                                                               |
 *   32  |  sequence                                                                     |
 *   40  |  generation                                                                   |
 *   48  |  first object number                                                          |
 *   56  |  first filemark number                                                        |
 *   64  |  first byte                                                                   |
 *   72  |  volume identifier, ASCII, left-aligned, zeros to 32 bytes                    |
 *   80  |                                                                               |
 *   88  |                                                                               |
 *   96  |                                                                               |
 *  104  |  native capacity                                                              |
 *  112  |  created, milliseconds since 1970-01-01T00:00Z                                |
 *  120  | medium  | density | part.cnt| flags   |  alignment                            |
 *  128  |  record salt                          |  zeros                                |
 *       |  ...                                                                          |
 * 4088  |  zeros                                |  CRC-32C of bytes 0 to 4091           |
 * </pre>
 *
 * <p>Flags: bit 0 set for WORM; the others are zero. The record salt is the CRC-32C of bytes 16 to 47: container id,
 * sequence and generation.
 */
public final class ChunkHeaderDescriptor {

    /** The bytes "CPSTNCHK". */
    public static final long MAGIC = 0x4B48434E54535043L;

    /** The version written, and the newest one read. */
    public static final int VERSION = 1;

    public static final int HEADER_LENGTH_BYTES = 4096;

    /** Synchronized content ends at a multiple of this. */
    public static final int ALIGNMENT_BYTES = 4096;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int PARTITION_OFFSET = 10;
    static final int CONTAINER_KIND_OFFSET = 11;
    static final int HEADER_LENGTH_OFFSET = 12;
    static final int CONTAINER_ID_OFFSET = 16;
    static final int SEQUENCE_OFFSET = 32;
    static final int GENERATION_OFFSET = 40;
    static final int FIRST_OBJECT_OFFSET = 48;
    static final int FIRST_FILEMARK_OFFSET = 56;
    static final int FIRST_BYTE_OFFSET = 64;
    static final int VOLUME_IDENTIFIER_OFFSET = 72;
    static final int NATIVE_CAPACITY_OFFSET = 104;
    static final int CREATED_OFFSET = 112;
    static final int MEDIUM_TYPE_OFFSET = 120;
    static final int DENSITY_OFFSET = 121;
    static final int PARTITION_COUNT_OFFSET = 122;
    static final int FLAGS_OFFSET = 123;
    static final int ALIGNMENT_OFFSET = 124;
    static final int RECORD_SALT_OFFSET = 128;
    static final int ZEROS_OFFSET = 132;
    static final int CRC_OFFSET = 4092;

    static final int FLAG_WORM = 0x01;

    private ChunkHeaderDescriptor() {}

    /** The salt of the record headers of a chunk: CRC-32C of container id, sequence and generation. */
    public static int recordSalt(ChunkId chunk, long generation) {
        MemorySegment identity = MemorySegment.ofArray(new byte[32]);
        LittleEndian.putContainerId(identity, 0, chunk.container());
        LittleEndian.putU64(identity, 16, chunk.sequence());
        LittleEndian.putU64(identity, 24, generation);
        return Crc32c.of(identity, 0, identity.byteSize());
    }

    /**
     * Writes a chunk header.
     *
     * @param target borrowed; {@link #HEADER_LENGTH_BYTES} are written at {@code offset}
     */
    public static void encode(MemorySegment target, long offset, ChunkHeader header) {
        MemorySegment bytes = target.asSlice(offset, HEADER_LENGTH_BYTES).fill((byte) 0);
        MediumDescription medium = header.medium();
        LittleEndian.putU64(bytes, MAGIC_OFFSET, MAGIC);
        LittleEndian.putU16(bytes, VERSION_OFFSET, VERSION);
        LittleEndian.putU8(bytes, PARTITION_OFFSET, header.partition());
        LittleEndian.putU8(bytes, CONTAINER_KIND_OFFSET, header.containerKind().code());
        LittleEndian.putU32(bytes, HEADER_LENGTH_OFFSET, HEADER_LENGTH_BYTES);
        LittleEndian.putContainerId(bytes, CONTAINER_ID_OFFSET, header.chunk().container());
        LittleEndian.putU64(bytes, SEQUENCE_OFFSET, header.chunk().sequence());
        LittleEndian.putU64(bytes, GENERATION_OFFSET, header.generation());
        LittleEndian.putU64(bytes, FIRST_OBJECT_OFFSET, header.firstObjectNumber());
        LittleEndian.putU64(bytes, FIRST_FILEMARK_OFFSET, header.firstFilemarkNumber());
        LittleEndian.putU64(bytes, FIRST_BYTE_OFFSET, header.firstByteNumber());
        VolumeIdentifierField.put(bytes, VOLUME_IDENTIFIER_OFFSET, medium.volumeIdentifier());
        LittleEndian.putU64(bytes, NATIVE_CAPACITY_OFFSET, medium.nativeCapacityBytes());
        LittleEndian.putU64(bytes, CREATED_OFFSET, header.createdEpochMillis());
        LittleEndian.putU8(bytes, MEDIUM_TYPE_OFFSET, medium.mediumTypeCode());
        LittleEndian.putU8(bytes, DENSITY_OFFSET, medium.densityCode());
        LittleEndian.putU8(bytes, PARTITION_COUNT_OFFSET, medium.partitionCount());
        LittleEndian.putU8(bytes, FLAGS_OFFSET, medium.worm() ? FLAG_WORM : 0);
        LittleEndian.putU32(bytes, ALIGNMENT_OFFSET, ALIGNMENT_BYTES);
        LittleEndian.putU32(bytes, RECORD_SALT_OFFSET, header.recordSalt());
        LittleEndian.putU32(bytes, CRC_OFFSET, Crc32c.of(bytes, 0, CRC_OFFSET));
    }

    /**
     * Reads and checks a chunk header.
     *
     * @param bytes borrowed; must hold {@link #HEADER_LENGTH_BYTES} at {@code offset}
     * @param source the file, for messages
     * @throws FormatException if no valid header of a known version stands here
     */
    public static ChunkHeader decode(MemorySegment bytes, long offset, String source)
            throws FormatException {
        FieldReader in = new FieldReader(bytes.asSlice(offset, HEADER_LENGTH_BYTES), source, 0);
        in.requireU64(MAGIC_OFFSET, "chunk magic", MAGIC);
        in.requireVersion(VERSION_OFFSET, VERSION);
        in.requireCrc(CRC_OFFSET, "chunk header crc32c");
        in.requireU32(HEADER_LENGTH_OFFSET, "header length", HEADER_LENGTH_BYTES);
        in.requireU32(ALIGNMENT_OFFSET, "alignment", ALIGNMENT_BYTES);
        in.requireZeros(ZEROS_OFFSET, CRC_OFFSET, "zeros behind the header");
        ChunkHeader header =
                new ChunkHeader(
                        new ChunkId(
                                LittleEndian.containerId(in.bytes(), CONTAINER_ID_OFFSET),
                                in.number(SEQUENCE_OFFSET, "sequence", 1)),
                        containerKind(in),
                        in.number(GENERATION_OFFSET, "generation", 0),
                        partition(in),
                        in.number(FIRST_OBJECT_OFFSET, "first object number", 0),
                        firstFilemark(in),
                        in.number(FIRST_BYTE_OFFSET, "first byte", 0),
                        medium(in),
                        LittleEndian.u64(in.bytes(), CREATED_OFFSET));
        in.requireU32(
                RECORD_SALT_OFFSET, "record salt", Integer.toUnsignedLong(header.recordSalt()));
        return header;
    }

    private static ContainerKind containerKind(FieldReader in) throws FormatException {
        int code = LittleEndian.u8(in.bytes(), CONTAINER_KIND_OFFSET);
        return ContainerKind.of(code)
                .orElseThrow(
                        () -> in.fault(CONTAINER_KIND_OFFSET, "container kind", "unknown " + code));
    }

    private static int partition(FieldReader in) throws FormatException {
        int partition = LittleEndian.u8(in.bytes(), PARTITION_OFFSET);
        int count = LittleEndian.u8(in.bytes(), PARTITION_COUNT_OFFSET);
        if (partition >= count) {
            throw in.fault(PARTITION_OFFSET, "partition", partition + " of " + count);
        }
        return partition;
    }

    private static long firstFilemark(FieldReader in) throws FormatException {
        long firstFilemark = in.number(FIRST_FILEMARK_OFFSET, "first filemark number", 0);
        if (firstFilemark > LittleEndian.u64(in.bytes(), FIRST_OBJECT_OFFSET)) {
            throw in.fault(
                    FIRST_FILEMARK_OFFSET,
                    "first filemark number",
                    firstFilemark + " is above the first object number");
        }
        return firstFilemark;
    }

    private static MediumDescription medium(FieldReader in) throws FormatException {
        int partitionCount = LittleEndian.u8(in.bytes(), PARTITION_COUNT_OFFSET);
        if (partitionCount < 1 || partitionCount > ChunkHeader.PARTITION_COUNT_MAX) {
            throw in.fault(PARTITION_COUNT_OFFSET, "partition count", "" + partitionCount);
        }
        int flags = LittleEndian.u8(in.bytes(), FLAGS_OFFSET);
        if ((flags & ~FLAG_WORM) != 0) {
            throw in.fault(FLAGS_OFFSET, "flags", "unknown flags %02x".formatted(flags));
        }
        return new MediumDescription(
                VolumeIdentifierField.get(in, VOLUME_IDENTIFIER_OFFSET),
                LittleEndian.u8(in.bytes(), MEDIUM_TYPE_OFFSET),
                LittleEndian.u8(in.bytes(), DENSITY_OFFSET),
                in.number(NATIVE_CAPACITY_OFFSET, "native capacity", 0),
                partitionCount,
                (flags & FLAG_WORM) != 0);
    }
}
