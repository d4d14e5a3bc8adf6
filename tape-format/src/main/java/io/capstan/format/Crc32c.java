package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli) over memory segments: reflected, polynomial 1EDC6F41h, initial value and final complement all
 * ones.
 *
 * <p>Design note: {@link CRC32C} is the fastest for data, but reaches a segment only by way of a buffer object. Headers
 * are a few bytes, on the path of every record, so they go through a table here and allocate nothing.
 *
 * @see "RFC 7143, 13.1: CRC32C, and its test vectors in RFC 3720, B.4"
 */
public final class Crc32c {

    /** Bytes from which on the JDK's intrinsic is worth its buffer objects. */
    private static final long INTRINSIC_LENGTH_MIN = 256;

    private static final long SLICE_LENGTH_MAX = 1 << 30;
    private static final int POLYNOMIAL_REFLECTED = 0x82F63B78;
    private static final int[] TABLE = table();

    private Crc32c() {}

    /** CRC-32C of {@code lengthBytes} bytes of {@code segment} from {@code offset} on. */
    public static int of(MemorySegment segment, long offset, long lengthBytes) {
        return lengthBytes < INTRINSIC_LENGTH_MIN
                ? ~update(~0, segment, offset, lengthBytes)
                : intrinsic(segment, offset, lengthBytes);
    }

    /** CRC-32C of bytes that lie in several pieces. */
    static int of(List<MemorySegment> pieces) {
        CRC32C crc = new CRC32C();
        for (MemorySegment piece : pieces) {
            crc.update(piece.asByteBuffer());
        }
        return (int) crc.getValue();
    }

    /** CRC-32C of bytes followed by the four little-endian bytes of {@code salt}. */
    static int salted(MemorySegment segment, long offset, long lengthBytes, int salt) {
        int state = update(~0, segment, offset, lengthBytes);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            state = step(state, salt >>> shift);
        }
        return ~state;
    }

    private static int intrinsic(MemorySegment segment, long offset, long lengthBytes) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < lengthBytes; done += SLICE_LENGTH_MAX) {
            long slice = Math.min(SLICE_LENGTH_MAX, lengthBytes - done);
            crc.update(segment.asSlice(offset + done, slice).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private static int update(int state, MemorySegment segment, long offset, long lengthBytes) {
        int result = state;
        for (long i = offset; i < offset + lengthBytes; i++) {
            result = step(result, LittleEndian.u8(segment, i));
        }
        return result;
    }

    private static int step(int state, int octet) {
        return TABLE[(state ^ octet) & 0xFF] ^ (state >>> 8);
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int value = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ POLYNOMIAL_REFLECTED : value >>> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
