package io.capstan.format;

import java.lang.foreign.MemorySegment;

/**
 * Layout of the directory of a sealed chunk, which stands between the last record and the trailer.
 *
 * <pre>
 *  0                  |  u32: file offset / 8 of object 0                     |
 *  4                  |  u32: file offset / 8 of object 1                     |
 *                     |  ... one for every object, rising                     |
 *  4 * objects        |  u32: index in this chunk of filemark 0               |
 *                     |  ... one for every filemark, rising                   |
 *                     |  zeros up to a multiple of 8                          |
 * </pre>
 *
 * <p>An offset of 0 says that the object's record was lost before the chunk was sealed. Objects are indexed by their place in the chunk: index i is object number first + i. The directory's CRC-32C, zeros
 * included, stands in the trailer.
 */
public final class ChunkDirectoryDescriptor {

    /** Objects a chunk can hold; with it a directory has 512 KiB at most. */
    public static final int OBJECT_COUNT_MAX = 65_536;

    private static final int ENTRY_LENGTH_BYTES = 4;

    private ChunkDirectoryDescriptor() {}

    /** Bytes of a directory, zeros up to a multiple of 8 included. */
    public static int lengthBytes(int objectCount, int filemarkCount) {
        int entries = objectCount + filemarkCount;
        return (entries + (entries & 1)) * ENTRY_LENGTH_BYTES;
    }

    /**
     * Writes the offset of one object.
     *
     * @param target borrowed
     * @param offset where in {@code target} the directory begins
     */
    public static void putObjectOffset(
            MemorySegment target, long offset, int objectIndex, long fileOffsetBytes) {
        assert fileOffsetBytes % RecordDescriptor.RECORD_ALIGNMENT_BYTES == 0 : fileOffsetBytes;
        LittleEndian.putU32(
                target,
                offset + (long) ENTRY_LENGTH_BYTES * objectIndex,
                (int) (fileOffsetBytes / RecordDescriptor.RECORD_ALIGNMENT_BYTES));
    }

    /** Writes which of the objects a filemark is. */
    public static void putFilemarkIndex(
            MemorySegment target,
            long offset,
            int objectCount,
            int filemarkOrdinal,
            int objectIndex) {
        LittleEndian.putU32(target, entry(offset, objectCount, filemarkOrdinal), objectIndex);
    }

    /** Writes the zeros up to a multiple of 8. */
    public static void putZeros(
            MemorySegment target, long offset, int objectCount, int filemarkCount) {
        if (((objectCount + filemarkCount) & 1) != 0) {
            LittleEndian.putU32(target, entry(offset, objectCount, filemarkCount), 0);
        }
    }

    /**
     * Writes a directory whole.
     *
     * @param target borrowed; {@link #lengthBytes} are written at {@code offset}
     */
    public static void encode(MemorySegment target, long offset, ChunkDirectory directory) {
        int objects = directory.objectCount();
        int filemarks = directory.filemarkCount();
        for (int i = 0; i < objects; i++) {
            putObjectOffset(target, offset, i, directory.fileOffsetBytes(i));
        }
        for (int i = 0; i < filemarks; i++) {
            putFilemarkIndex(target, offset, objects, i, directory.filemarkIndex(i));
        }
        putZeros(target, offset, objects, filemarks);
    }

    /**
     * Reads and checks a directory.
     *
     * @param bytes borrowed; must hold the directory at {@code offset}
     * @param source the file, for messages
     * @param trailer of the same file
     * @throws FormatException if the directory is not the one the trailer describes, or not in order
     */
    public static ChunkDirectory decode(
            MemorySegment bytes, long offset, String source, ChunkTrailer trailer)
            throws FormatException {
        long fileOffset = trailer.contentLengthBytes();
        int crc = Crc32c.of(bytes, offset, trailer.directoryLengthBytes());
        if (crc != trailer.directoryCrc32c()) {
            throw new FormatException(
                    source,
                    fileOffset,
                    "directory crc32c",
                    "%08x stored, %08x computed".formatted(trailer.directoryCrc32c(), crc));
        }
        int[] offsets = new int[trailer.objectCount()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = LittleEndian.i32(bytes, offset + (long) ENTRY_LENGTH_BYTES * i);
        }
        int[] filemarks = new int[trailer.filemarkCount()];
        for (int i = 0; i < filemarks.length; i++) {
            filemarks[i] = LittleEndian.i32(bytes, entry(offset, offsets.length, i));
        }
        return checked(new ChunkDirectory(offsets, filemarks), source, trailer);
    }

    private static ChunkDirectory checked(
            ChunkDirectory directory, String source, ChunkTrailer trailer) throws FormatException {
        long fileOffset = trailer.contentLengthBytes();
        long previous = ChunkHeaderDescriptor.HEADER_LENGTH_BYTES - 1L;
        for (int i = 0; i < directory.objectCount(); i++) {
            long next = directory.fileOffsetBytes(i);
            if (directory.isLost(i)) {
                continue;
            }
            if (next <= previous || next >= trailer.contentLengthBytes()) {
                throw new FormatException(
                        source, fileOffset, "offset of object " + i, next + " is out of order");
            }
            previous = next;
        }
        int previousIndex = -1;
        for (int i = 0; i < directory.filemarkCount(); i++) {
            int next = directory.filemarkIndex(i);
            if (next <= previousIndex || next >= directory.objectCount()) {
                throw new FormatException(
                        source, fileOffset, "index of filemark " + i, next + " is out of order");
            }
            previousIndex = next;
        }
        return directory;
    }

    private static long entry(long offset, int objectCount, int filemarkOrdinal) {
        return offset + (long) ENTRY_LENGTH_BYTES * (objectCount + filemarkOrdinal);
    }
}
