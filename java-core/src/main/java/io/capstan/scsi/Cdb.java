package io.capstan.scsi;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A command descriptor block: an immutable copy, with the big-endian fields the standards define by byte and bit.
 *
 * @see "SPC-6, 4.2 CDB formats"
 */
public final class Cdb {

    /** A variable-length CDB with the most that its byte 7 can say, which is more than the 260 of SPC. */
    public static final int LENGTH_MAX_BYTES = 8 + 255;

    private static final int VARIABLE_LENGTH = 0x7F;

    private final byte[] bytes;

    private Cdb(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies {@code bytes}. A field behind the end reads as zero, as transports pad.
     *
     * @throws IllegalArgumentException if there is no operation code, or more than {@link #LENGTH_MAX_BYTES}
     */
    public static Cdb of(byte... bytes) {
        if (bytes.length == 0 || bytes.length > LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("CDB of " + bytes.length + " bytes");
        }
        return new Cdb(bytes.clone());
    }

    /** A CDB from hexadecimal digits, blanks ignored; for tests and replays. */
    public static Cdb parse(String hex) {
        return of(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    public int operationCode() {
        return u8(0);
    }

    /**
     * The service action: bits 4 to 0 of byte 1, or bytes 8 and 9 of a variable-length CDB. Meaningful only for
     * operation codes that have one.
     */
    public int serviceAction() {
        return operationCode() == VARIABLE_LENGTH ? u16(8) : u8(1) & 0x1F;
    }

    /** Bytes as the transport delivered them, which may be more than the command has. */
    public int lengthBytes() {
        return bytes.length;
    }

    public int u8(int offset) {
        return offset < bytes.length ? bytes[offset] & 0xFF : 0;
    }

    /** Whether bit {@code bit} (7 is the most significant) of byte {@code offset} is one. */
    public boolean bit(int offset, int bit) {
        return (u8(offset) >> bit & 1) != 0;
    }

    public int u16(int offset) {
        return u8(offset) << 8 | u8(offset + 1);
    }

    public int u24(int offset) {
        return u8(offset) << 16 | u16(offset + 1);
    }

    /** A 24-bit two's complement field, as in SPACE(6). */
    public int s24(int offset) {
        return u24(offset) << 8 >> 8;
    }

    public long u32(int offset) {
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    public long u64(int offset) {
        return u32(offset) << 32 | u32(offset + 4);
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cdb that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Hexadecimal digits in pairs, parted by blanks. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
