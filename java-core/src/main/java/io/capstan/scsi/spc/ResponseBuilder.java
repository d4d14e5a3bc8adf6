package io.capstan.scsi.spc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds parameter data big-endian, field after field, and fills in length fields once the length is known.
 *
 * <p>Grows as needed; not safe for more than one thread.
 */
public final class ResponseBuilder {

    private byte[] bytes = new byte[64];
    private int lengthBytes;

    /** Bytes so far, which is the offset of the next field. */
    public int lengthBytes() {
        return lengthBytes;
    }

    public ResponseBuilder u8(int value) {
        reserve(1);
        bytes[lengthBytes++] = (byte) value;
        return this;
    }

    public ResponseBuilder u16(int value) {
        return u8(value >> 8).u8(value);
    }

    public ResponseBuilder u24(int value) {
        return u8(value >> 16).u16(value);
    }

    public ResponseBuilder u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    public ResponseBuilder u48(long value) {
        return u16((int) (value >> 32)).u32(value);
    }

    public ResponseBuilder u64(long value) {
        return u32(value >> 32).u32(value);
    }

    /** Copies {@code source}. */
    public ResponseBuilder bytes(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, lengthBytes, source.length);
        lengthBytes += source.length;
        return this;
    }

    public ResponseBuilder zeros(int count) {
        reserve(count);
        lengthBytes += count;
        return this;
    }

    /** ASCII data, left-aligned, filled with blanks and cut off at {@code fieldLengthBytes}. */
    public ResponseBuilder ascii(String text, int fieldLengthBytes) {
        byte[] field = new byte[fieldLengthBytes];
        Arrays.fill(field, (byte) ' ');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, field, 0, Math.min(ascii.length, fieldLengthBytes));
        return bytes(field);
    }

    /** Overwrites the byte at {@code offset}. */
    public ResponseBuilder putU8(int offset, int value) {
        checkInside(offset, 1);
        bytes[offset] = (byte) value;
        return this;
    }

    /** Overwrites two bytes at {@code offset}, usually a length field left at zero before. */
    public ResponseBuilder putU16(int offset, int value) {
        return putU8(offset, value >> 8).putU8(offset + 1, value);
    }

    public ResponseBuilder putU24(int offset, int value) {
        return putU8(offset, value >> 16).putU16(offset + 1, value);
    }

    public ResponseBuilder putU32(int offset, long value) {
        return putU16(offset, (int) (value >> 16)).putU16(offset + 2, (int) value);
    }

    /** Sets the 16-bit length field at {@code offset} to the number of bytes that follow the field. */
    public ResponseBuilder putLengthU16(int offset) {
        return putU16(offset, lengthBytes - offset - 2);
    }

    /** Sets the 32-bit length field at {@code offset} to the number of bytes that follow the field. */
    public ResponseBuilder putLengthU32(int offset) {
        return putU32(offset, lengthBytes - offset - 4L);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, lengthBytes);
    }

    private void checkInside(int offset, int count) {
        if (offset < 0 || offset + count > lengthBytes) {
            throw new IndexOutOfBoundsException(offset + " of " + lengthBytes);
        }
    }

    private void reserve(int count) {
        if (lengthBytes + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, lengthBytes + count));
        }
    }
}
