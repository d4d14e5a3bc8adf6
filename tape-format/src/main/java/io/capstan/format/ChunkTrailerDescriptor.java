package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/**
 * Layout of the trailer, the last 128 bytes of a sealed chunk file. A chunk file is sealed if and only if a valid trailer
 * with the chunk's own salt ends it, directly behind the directory.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CPSTNTRL"                                                             |
 *    8  |  version          |  flags            |  trailer length                       |
 *   16  |  object count                         |  filemark count                       |
 *   24  |  end of data object number                                                    |
 *   32  |  stored byte count                                                              |
 *   40  |  content length                                                               |
 *   48  |  directory offset                                                             |
 *   56  |  directory length                     |  directory CRC-32C                    |
 *   64  |  SHA-256 of chunk header and record headers                                   |
 *       |  ...                                                                          |
 *   96  |  zeros                                                                        |
 *  112  |  zeros                                                                        |
 *  120  |  record salt                          |  CRC-32C of bytes 0 to 123            |
 * </pre>
 *
 * <p>Flags: bit 0 set if the chunk has an end-of-data record; the end of data object number is zero otherwise. The
 * directory offset equals the content length in version 1.
 */
public final class ChunkTrailerDescriptor {

    /** The bytes "CPSTNTRL". */
    public static final long MAGIC = 0x4C52544E54535043L;

    public static final int VERSION = 1;

    public static final int TRAILER_LENGTH_BYTES = 128;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int FLAGS_OFFSET = 10;
    static final int TRAILER_LENGTH_OFFSET = 12;
    static final int OBJECT_COUNT_OFFSET = 16;
    static final int FILEMARK_COUNT_OFFSET = 20;
    static final int END_OF_DATA_OFFSET = 24;
    static final int STORED_BYTE_COUNT_OFFSET = 32;
    static final int CONTENT_LENGTH_OFFSET = 40;
    static final int DIRECTORY_OFFSET_OFFSET = 48;
    static final int DIRECTORY_LENGTH_OFFSET = 56;
    static final int DIRECTORY_CRC_OFFSET = 60;
    static final int DIGEST_OFFSET = 64;
    static final int ZEROS_OFFSET = 96;
    static final int RECORD_SALT_OFFSET = 120;
    static final int CRC_OFFSET = 124;

    static final int FLAG_END_OF_DATA = 0x0001;

    private ChunkTrailerDescriptor() {}

    /**
     * Writes a trailer.
     *
     * @param target borrowed; {@link #TRAILER_LENGTH_BYTES} are written at {@code offset}
     */
    public static void encode(MemorySegment target, long offset, ChunkTrailer trailer, int salt) {
        MemorySegment bytes = target.asSlice(offset, TRAILER_LENGTH_BYTES).fill((byte) 0);
        LittleEndian.putU64(bytes, MAGIC_OFFSET, MAGIC);
        LittleEndian.putU16(bytes, VERSION_OFFSET, VERSION);
        OptionalLong endOfData = trailer.endOfDataObjectNumber();
        LittleEndian.putU16(bytes, FLAGS_OFFSET, endOfData.isPresent() ? FLAG_END_OF_DATA : 0);
        LittleEndian.putU32(bytes, TRAILER_LENGTH_OFFSET, TRAILER_LENGTH_BYTES);
        LittleEndian.putU32(bytes, OBJECT_COUNT_OFFSET, trailer.objectCount());
        LittleEndian.putU32(bytes, FILEMARK_COUNT_OFFSET, trailer.filemarkCount());
        LittleEndian.putU64(bytes, END_OF_DATA_OFFSET, endOfData.orElse(0));
        LittleEndian.putU64(bytes, STORED_BYTE_COUNT_OFFSET, trailer.storedByteCount());
        LittleEndian.putU64(bytes, CONTENT_LENGTH_OFFSET, trailer.contentLengthBytes());
        LittleEndian.putU64(bytes, DIRECTORY_OFFSET_OFFSET, trailer.contentLengthBytes());
        LittleEndian.putU32(bytes, DIRECTORY_LENGTH_OFFSET, trailer.directoryLengthBytes());
        LittleEndian.putU32(bytes, DIRECTORY_CRC_OFFSET, trailer.directoryCrc32c());
        MemorySegment.copy(
                trailer.digest(),
                0,
                bytes,
                ValueLayout.JAVA_BYTE,
                DIGEST_OFFSET,
                ChunkDigest.LENGTH_BYTES);
        LittleEndian.putU32(bytes, RECORD_SALT_OFFSET, salt);
        LittleEndian.putU32(bytes, CRC_OFFSET, Crc32c.of(bytes, 0, CRC_OFFSET));
    }

    /**
     * Reads and checks a trailer.
     *
     * @param bytes borrowed; {@link #TRAILER_LENGTH_BYTES} are read at {@code offset}
     * @param source the file, for messages
     * @param fileOffsetBytes where in the file these bytes stand
     * @param salt of the chunk the file's header names
     * @throws FormatException if no valid trailer of this chunk stands here
     */
    public static ChunkTrailer decode(
            MemorySegment bytes, long offset, String source, long fileOffsetBytes, int salt)
            throws FormatException {
        FieldReader in =
                new FieldReader(
                        bytes.asSlice(offset, TRAILER_LENGTH_BYTES), source, fileOffsetBytes);
        in.requireU64(MAGIC_OFFSET, "trailer magic", MAGIC);
        in.requireVersion(VERSION_OFFSET, VERSION);
        in.requireCrc(CRC_OFFSET, "trailer crc32c");
        in.requireU32(RECORD_SALT_OFFSET, "trailer salt", Integer.toUnsignedLong(salt));
        in.requireU32(TRAILER_LENGTH_OFFSET, "trailer length", TRAILER_LENGTH_BYTES);
        in.requireZeros(ZEROS_OFFSET, RECORD_SALT_OFFSET, "zeros of the trailer");
        ChunkTrailer trailer =
                new ChunkTrailer(
                        objectCount(in),
                        filemarkCount(in),
                        endOfData(in),
                        in.number(STORED_BYTE_COUNT_OFFSET, "stored byte count", 0),
                        contentLength(in),
                        LittleEndian.i32(in.bytes(), DIRECTORY_LENGTH_OFFSET),
                        LittleEndian.i32(in.bytes(), DIRECTORY_CRC_OFFSET),
                        in.bytes()
                                .asSlice(DIGEST_OFFSET, ChunkDigest.LENGTH_BYTES)
                                .toArray(ValueLayout.JAVA_BYTE));
        in.requireU64(DIRECTORY_OFFSET_OFFSET, "directory offset", trailer.contentLengthBytes());
        in.requireU32(
                DIRECTORY_LENGTH_OFFSET,
                "directory length",
                ChunkDirectoryDescriptor.lengthBytes(
                        trailer.objectCount(), trailer.filemarkCount()));
        return trailer;
    }

    private static int objectCount(FieldReader in) throws FormatException {
        long count = LittleEndian.u32(in.bytes(), OBJECT_COUNT_OFFSET);
        if (count > ChunkDirectoryDescriptor.OBJECT_COUNT_MAX) {
            throw in.fault(OBJECT_COUNT_OFFSET, "object count", count + " is above the limit");
        }
        return (int) count;
    }

    private static int filemarkCount(FieldReader in) throws FormatException {
        long count = LittleEndian.u32(in.bytes(), FILEMARK_COUNT_OFFSET);
        if (count > LittleEndian.u32(in.bytes(), OBJECT_COUNT_OFFSET)) {
            throw in.fault(FILEMARK_COUNT_OFFSET, "filemark count", count + " is above objects");
        }
        return (int) count;
    }

    private static OptionalLong endOfData(FieldReader in) throws FormatException {
        int flags = LittleEndian.u16(in.bytes(), FLAGS_OFFSET);
        if ((flags & ~FLAG_END_OF_DATA) != 0) {
            throw in.fault(FLAGS_OFFSET, "flags", "unknown flags %04x".formatted(flags));
        }
        long objectNumber = in.number(END_OF_DATA_OFFSET, "end of data object number", 0);
        return (flags & FLAG_END_OF_DATA) != 0
                ? OptionalLong.of(objectNumber)
                : OptionalLong.empty();
    }

    private static long contentLength(FieldReader in) throws FormatException {
        long length = in.number(CONTENT_LENGTH_OFFSET, "content length", 0);
        if (length < ChunkHeaderDescriptor.HEADER_LENGTH_BYTES
                || length > RecordDescriptor.FILE_LENGTH_MAX
                || length % RecordDescriptor.RECORD_ALIGNMENT_BYTES != 0) {
            throw in.fault(CONTENT_LENGTH_OFFSET, "content length", length + " is not possible");
        }
        return length;
    }
}
