package io.capstan.format;

import java.lang.foreign.MemorySegment;

/**
 * Checks the fields of one structure read from a file, and names file, offset and field when one is wrong.
 *
 * @param bytes the structure alone, borrowed
 * @param source the file, for messages
 * @param fileOffsetBytes where in the file the structure stands
 */
record FieldReader(MemorySegment bytes, String source, long fileOffsetBytes) {

    FormatException fault(long offset, String field, String problem) {
        return new FormatException(source, fileOffsetBytes + offset, field, problem);
    }

    void requireU64(long offset, String field, long expected) throws FormatException {
        long value = LittleEndian.u64(bytes, offset);
        if (value != expected) {
            throw fault(offset, field, "%016x instead of %016x".formatted(value, expected));
        }
    }

    void requireU32(long offset, String field, long expected) throws FormatException {
        long value = LittleEndian.u32(bytes, offset);
        if (value != expected) {
            throw fault(offset, field, value + " instead of " + expected);
        }
    }

    /** Says so when the file is of a version to come, before anything else of it is judged. */
    void requireVersion(long offset, int versionMax) throws FormatException {
        int version = LittleEndian.u16(bytes, offset);
        if (version < 1 || version > versionMax) {
            throw fault(
                    offset,
                    "version",
                    version + "; this software reads versions 1 to " + versionMax);
        }
    }

    /** Compares the CRC-32C at {@code offset} with that of all bytes before it. */
    void requireCrc(long offset, String field) throws FormatException {
        int stored = LittleEndian.i32(bytes, offset);
        int computed = Crc32c.of(bytes, 0, offset);
        if (stored != computed) {
            throw fault(offset, field, "%08x stored, %08x computed".formatted(stored, computed));
        }
    }

    void requireZeros(long from, long to, String field) throws FormatException {
        for (long i = from; i < to; i++) {
            if (LittleEndian.u8(bytes, i) != 0) {
                throw fault(i, field, "not zero");
            }
        }
    }

    /** An unsigned 64-bit number that Java can count with. */
    long number(long offset, String field, long min) throws FormatException {
        long value = LittleEndian.u64(bytes, offset);
        if (value < min) {
            throw fault(offset, field, Long.toUnsignedString(value) + " is out of range");
        }
        return value;
    }
}
