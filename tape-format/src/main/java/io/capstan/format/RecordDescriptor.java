package io.capstan.format;

import java.lang.foreign.MemorySegment;

/**
 * Layout of a record of a chunk file. Records begin at multiples of 8 and follow one another without gaps.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CREC"                         | kind    | compr.  | encr.   | protect.|
 *    8  |  extension length | reserved, 0       |  logical length                       |
 *   16  |  stored length                        |  logical CRC-32C                      |
 *   24  |  stored CRC-32C                       |  file offset of this header           |
 *   32  |  object number                                                                |
 *   40  |  reserved, 0                          |  header CRC-32C, salted               |
 *   48  |  extension (a multiple of 8 bytes)                                            |
 *       |  stored data                                                                  |
 *       |  zeros up to a multiple of 8                                                  |
 * </pre>
 *
 * <p>The header CRC-32C covers bytes 0 to 43 followed by the four little-endian bytes of the chunk's record salt. Salt
 * and file offset together make a header valid at one place of one chunk alone: neither stale bytes of another chunk on
 * reused disk space nor the copy of a chunk that a host happens to write into this one are ever taken for a record.
 *
 * <p>Filemarks and end-of-data records have no extension and no data. The stored data of padding are zeros.
 *
 * <p>The extension is where a transformation keeps what it needs to be undone: nothing for compression, and what {@link
 * EncryptionExtensionDescriptor} lays out for encryption.
 */
public final class RecordDescriptor {

    /** The bytes "CREC". */
    public static final int MAGIC = 0x43455243;

    public static final int HEADER_LENGTH_BYTES = 48;

    /** Every record begins at a multiple of this. */
    public static final int RECORD_ALIGNMENT_BYTES = 8;

    /** The longest block: what the three-byte transfer length of READ(6) and WRITE(6) can name. */
    public static final int BLOCK_LENGTH_MAX = (1 << 24) - 1;

    public static final int EXTENSION_LENGTH_MAX = 0xFFF8;

    /** Chunk files are shorter than this, so that offsets in them have 32 bits. */
    public static final long FILE_LENGTH_MAX = (1L << 32) - RECORD_ALIGNMENT_BYTES;

    public static final int COMPRESSION_NONE = 0;
    public static final int COMPRESSION_ZSTD = 1;
    public static final int ENCRYPTION_NONE = 0;
    public static final int ENCRYPTION_AES_256_GCM = 1;

    static final int MAGIC_OFFSET = 0;
    static final int KIND_OFFSET = 4;
    static final int COMPRESSION_OFFSET = 5;
    static final int ENCRYPTION_OFFSET = 6;
    static final int PROTECTION_OFFSET = 7;
    static final int EXTENSION_LENGTH_OFFSET = 8;
    static final int RESERVED_1_OFFSET = 10;
    static final int LOGICAL_LENGTH_OFFSET = 12;
    static final int STORED_LENGTH_OFFSET = 16;
    static final int LOGICAL_CRC_OFFSET = 20;
    static final int STORED_CRC_OFFSET = 24;
    static final int FILE_OFFSET_OFFSET = 28;
    static final int OBJECT_NUMBER_OFFSET = 32;
    static final int RESERVED_2_OFFSET = 40;
    static final int HEADER_CRC_OFFSET = 44;

    private RecordDescriptor() {}

    /** Bytes of a whole record, zeros up to a multiple of 8 included. */
    public static long recordLengthBytes(long extensionLengthBytes, long storedLengthBytes) {
        return alignUp(
                HEADER_LENGTH_BYTES + extensionLengthBytes + storedLengthBytes,
                RECORD_ALIGNMENT_BYTES);
    }

    /**
     * Bytes of the padding record that takes a file from {@code fileOffsetBytes} to a multiple of {@code
     * alignmentBytes}: 0 if it is there already. A gap too small for a header is filled together with the following
     * whole {@code alignmentBytes}.
     */
    public static int paddingLengthBytes(long fileOffsetBytes, int alignmentBytes) {
        long gap = alignUp(fileOffsetBytes, alignmentBytes) - fileOffsetBytes;
        return (int) (gap > 0 && gap < HEADER_LENGTH_BYTES ? gap + alignmentBytes : gap);
    }

    /**
     * Writes the header of an untransformed block: stored as the host sent it, no extension.
     *
     * @param target borrowed; {@link #HEADER_LENGTH_BYTES} are written at {@code offset}
     * @param fileOffsetBytes where in the chunk file this header will stand
     * @param crc32c of the block
     */
    public static void encodeBlock(
            MemorySegment target,
            long offset,
            long fileOffsetBytes,
            long objectNumber,
            int lengthBytes,
            int crc32c,
            int protection,
            int salt) {
        encode(
                target,
                offset,
                RecordKind.BLOCK,
                COMPRESSION_NONE,
                ENCRYPTION_NONE,
                protection,
                0,
                lengthBytes,
                lengthBytes,
                crc32c,
                crc32c,
                fileOffsetBytes,
                objectNumber,
                salt);
    }

    /**
     * Writes the header of a block that is kept as {@code block} says.
     *
     * @param target borrowed; {@link #HEADER_LENGTH_BYTES} are written at {@code offset}
     * @param fileOffsetBytes where in the chunk file this header will stand
     * @param storedCrc32c of the block's extension and stored data
     */
    public static void encodeBlock(
            MemorySegment target,
            long offset,
            long fileOffsetBytes,
            long objectNumber,
            EncodedBlock block,
            int storedCrc32c,
            int salt) {
        encode(
                target,
                offset,
                RecordKind.BLOCK,
                block.compression(),
                block.encryption(),
                block.protection(),
                (int) block.extension().byteSize(),
                block.logicalLengthBytes(),
                block.storedLengthBytes(),
                block.logicalCrc32c(),
                storedCrc32c,
                fileOffsetBytes,
                objectNumber,
                salt);
    }

    /**
     * Writes a whole filemark or end-of-data record, which is a header and nothing more.
     *
     * @param target borrowed; {@link #HEADER_LENGTH_BYTES} are written at {@code offset}
     */
    public static void encodeMark(
            MemorySegment target,
            long offset,
            RecordKind kind,
            long fileOffsetBytes,
            long objectNumber,
            int salt) {
        assert kind == RecordKind.FILEMARK || kind == RecordKind.END_OF_DATA : kind;
        encode(
                target,
                offset,
                kind,
                COMPRESSION_NONE,
                ENCRYPTION_NONE,
                0,
                0,
                0,
                0,
                0,
                0,
                fileOffsetBytes,
                objectNumber,
                salt);
    }

    /**
     * Writes a whole padding record.
     *
     * @param target borrowed; {@code recordLengthBytes} are written at {@code offset}
     * @param nextObjectNumber of the object that will follow
     * @param recordLengthBytes as {@link #paddingLengthBytes} gives it
     */
    public static void encodePadding(
            MemorySegment target,
            long offset,
            long fileOffsetBytes,
            long nextObjectNumber,
            int recordLengthBytes,
            int salt) {
        assert recordLengthBytes >= HEADER_LENGTH_BYTES : recordLengthBytes;
        assert recordLengthBytes % RECORD_ALIGNMENT_BYTES == 0 : recordLengthBytes;
        int storedLengthBytes = recordLengthBytes - HEADER_LENGTH_BYTES;
        target.asSlice(offset + HEADER_LENGTH_BYTES, storedLengthBytes).fill((byte) 0);
        encode(
                target,
                offset,
                RecordKind.PADDING,
                COMPRESSION_NONE,
                ENCRYPTION_NONE,
                0,
                0,
                0,
                storedLengthBytes,
                0,
                Crc32c.of(target, offset + HEADER_LENGTH_BYTES, storedLengthBytes),
                fileOffsetBytes,
                nextObjectNumber,
                salt);
    }

    /** Writes a header; {@link #HEADER_LENGTH_BYTES} are written at {@code offset}. */
    public static void encode(MemorySegment target, long offset, RecordHeader header, int salt) {
        encode(
                target,
                offset,
                header.kind(),
                header.compression(),
                header.encryption(),
                header.protection(),
                header.extensionLengthBytes(),
                header.logicalLengthBytes(),
                header.storedLengthBytes(),
                header.logicalCrc32c(),
                header.storedCrc32c(),
                header.fileOffsetBytes(),
                header.objectNumber(),
                salt);
    }

    private static void encode(
            MemorySegment target,
            long offset,
            RecordKind kind,
            int compression,
            int encryption,
            int protection,
            int extensionLengthBytes,
            int logicalLengthBytes,
            int storedLengthBytes,
            int logicalCrc32c,
            int storedCrc32c,
            long fileOffsetBytes,
            long objectNumber,
            int salt) {
        LittleEndian.putU32(target, offset + MAGIC_OFFSET, MAGIC);
        LittleEndian.putU8(target, offset + KIND_OFFSET, kind.code());
        LittleEndian.putU8(target, offset + COMPRESSION_OFFSET, compression);
        LittleEndian.putU8(target, offset + ENCRYPTION_OFFSET, encryption);
        LittleEndian.putU8(target, offset + PROTECTION_OFFSET, protection);
        LittleEndian.putU16(target, offset + EXTENSION_LENGTH_OFFSET, extensionLengthBytes);
        LittleEndian.putU16(target, offset + RESERVED_1_OFFSET, 0);
        LittleEndian.putU32(target, offset + LOGICAL_LENGTH_OFFSET, logicalLengthBytes);
        LittleEndian.putU32(target, offset + STORED_LENGTH_OFFSET, storedLengthBytes);
        LittleEndian.putU32(target, offset + LOGICAL_CRC_OFFSET, logicalCrc32c);
        LittleEndian.putU32(target, offset + STORED_CRC_OFFSET, storedCrc32c);
        LittleEndian.putU32(target, offset + FILE_OFFSET_OFFSET, (int) fileOffsetBytes);
        LittleEndian.putU64(target, offset + OBJECT_NUMBER_OFFSET, objectNumber);
        LittleEndian.putU32(target, offset + RESERVED_2_OFFSET, 0);
        LittleEndian.putU32(
                target,
                offset + HEADER_CRC_OFFSET,
                Crc32c.salted(target, offset, HEADER_CRC_OFFSET, salt));
    }

    /**
     * Whether a valid header of the chunk with this salt stands at {@code offset}; cheaper than {@link #decode} where
     * most places hold none.
     */
    static boolean isHeader(MemorySegment bytes, long offset, long fileOffsetBytes, int salt) {
        return LittleEndian.i32(bytes, offset + MAGIC_OFFSET) == MAGIC
                && LittleEndian.u32(bytes, offset + FILE_OFFSET_OFFSET) == fileOffsetBytes
                && LittleEndian.i32(bytes, offset + HEADER_CRC_OFFSET)
                        == Crc32c.salted(bytes, offset, HEADER_CRC_OFFSET, salt);
    }

    /**
     * Reads and checks a header. Transformations this version does not know are no reason to refuse the header, only the
     * data: a reader can step over what it cannot read.
     *
     * @param bytes borrowed; {@link #HEADER_LENGTH_BYTES} are read at {@code offset}
     * @param source the file, for messages
     * @param fileOffsetBytes where in the file these bytes stand
     * @throws FormatException if no valid header of the chunk with this salt stands here
     */
    public static RecordHeader decode(
            MemorySegment bytes, long offset, String source, long fileOffsetBytes, int salt)
            throws FormatException {
        checkIntact(bytes, offset, source, fileOffsetBytes, salt);
        int kindCode = LittleEndian.u8(bytes, offset + KIND_OFFSET);
        RecordKind kind =
                RecordKind.of(kindCode)
                        .orElseThrow(() ->
                                new FormatException(
                                        source,
                                        fileOffsetBytes + KIND_OFFSET,
                                        "record kind",
                                        "unknown kind " + kindCode));
        RecordHeader header =
                new RecordHeader(
                        kind,
                        LittleEndian.u8(bytes, offset + COMPRESSION_OFFSET),
                        LittleEndian.u8(bytes, offset + ENCRYPTION_OFFSET),
                        LittleEndian.u8(bytes, offset + PROTECTION_OFFSET),
                        LittleEndian.u16(bytes, offset + EXTENSION_LENGTH_OFFSET),
                        LittleEndian.i32(bytes, offset + LOGICAL_LENGTH_OFFSET),
                        LittleEndian.i32(bytes, offset + STORED_LENGTH_OFFSET),
                        LittleEndian.i32(bytes, offset + LOGICAL_CRC_OFFSET),
                        LittleEndian.i32(bytes, offset + STORED_CRC_OFFSET),
                        fileOffsetBytes,
                        LittleEndian.u64(bytes, offset + OBJECT_NUMBER_OFFSET));
        checkReserved(bytes, offset, source, fileOffsetBytes);
        checkLengths(header, source);
        return header;
    }

    private static void checkIntact(
            MemorySegment bytes, long offset, String source, long fileOffsetBytes, int salt)
            throws FormatException {
        int magic = LittleEndian.i32(bytes, offset + MAGIC_OFFSET);
        if (magic != MAGIC) {
            throw new FormatException(
                    source, fileOffsetBytes, "record magic", "%08x is none".formatted(magic));
        }
        int crc = LittleEndian.i32(bytes, offset + HEADER_CRC_OFFSET);
        int computed = Crc32c.salted(bytes, offset, HEADER_CRC_OFFSET, salt);
        if (crc != computed) {
            throw new FormatException(
                    source,
                    fileOffsetBytes + HEADER_CRC_OFFSET,
                    "record header crc32c",
                    "%08x stored, %08x computed".formatted(crc, computed));
        }
        long offsetInHeader = LittleEndian.u32(bytes, offset + FILE_OFFSET_OFFSET);
        if (offsetInHeader != fileOffsetBytes) {
            throw new FormatException(
                    source,
                    fileOffsetBytes + FILE_OFFSET_OFFSET,
                    "record file offset",
                    "record was written for offset " + offsetInHeader);
        }
    }

    private static void checkReserved(
            MemorySegment bytes, long offset, String source, long fileOffsetBytes)
            throws FormatException {
        if (LittleEndian.u16(bytes, offset + RESERVED_1_OFFSET) != 0
                || LittleEndian.i32(bytes, offset + RESERVED_2_OFFSET) != 0) {
            throw new FormatException(
                    source, fileOffsetBytes, "record reserved bytes", "not zero in version 1");
        }
    }

    private static void checkLengths(RecordHeader header, String source) throws FormatException {
        check(header.objectNumber() >= 0, header, source, "object number", header.objectNumber());
        check(
                header.extensionLengthBytes() % RECORD_ALIGNMENT_BYTES == 0,
                header,
                source,
                "extension length",
                header.extensionLengthBytes());
        boolean block = header.kind() == RecordKind.BLOCK;
        check(
                block
                        ? isBlockLength(header.logicalLengthBytes())
                        : header.logicalLengthBytes() == 0,
                header,
                source,
                "logical length",
                header.logicalLengthBytes());
        check(
                switch (header.kind()) {
                    case BLOCK -> isBlockLength(header.storedLengthBytes());
                    case FILEMARK, END_OF_DATA -> header.storedLengthBytes() == 0;
                    case PADDING ->
                            header.storedLengthBytes() >= 0
                                    && header.storedLengthBytes() <= BLOCK_LENGTH_MAX;
                },
                header,
                source,
                "stored length",
                header.storedLengthBytes());
        check(
                block || (header.extensionLengthBytes() == 0 && header.isPlain()),
                header,
                source,
                "transformation of a record that is no block",
                header.extensionLengthBytes());
        check(
                !header.isPlain()
                        || header.storedLengthBytes() == header.logicalLengthBytes()
                        || !block,
                header,
                source,
                "stored length of a plain block",
                header.storedLengthBytes());
        check(
                header.endOffsetBytes() <= FILE_LENGTH_MAX,
                header,
                source,
                "record end",
                header.endOffsetBytes());
    }

    private static boolean isBlockLength(int lengthBytes) {
        return lengthBytes >= 1 && lengthBytes <= BLOCK_LENGTH_MAX;
    }

    private static void check(
            boolean valid, RecordHeader header, String source, String field, long value)
            throws FormatException {
        if (!valid) {
            throw new FormatException(
                    source, header.fileOffsetBytes(), field, value + " is not possible here");
        }
    }

    private static long alignUp(long value, int alignment) {
        return (value + alignment - 1) / alignment * alignment;
    }
}
