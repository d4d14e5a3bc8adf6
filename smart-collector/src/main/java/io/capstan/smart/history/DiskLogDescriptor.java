package io.capstan.smart.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Bytes of a disk's change log. Little-endian.
 *
 * <pre>
 * file   := header record*
 * header := magic "CAPDISKL" u16 version u16 zero u32 CRC-32C of the 12 bytes before
 * record := u16 length of payload, u8 kind, payload, u32 CRC-32C of length, kind and payload
 * kind 1 KEY   := UTF-8; keys are numbered from 0 as they come
 * kind 2 ROW   := varint seconds since the row before, varint power-on hours, (varint key + 1, zigzag change)* 0
 * kind 3 DAY   := varint day since 1970, (varint key + 1, zigzag least, varint mean - least, varint greatest - mean)* 0
 * kind 4 EVENT := varint seconds since 1970, u8 code, UTF-8 detail
 * kind 5 SEEN  := varint seconds since 1970, varint power-on hours
 * </pre>
 *
 * A counter that a disk stops reporting is written as key with the change that makes it -1; none is negative otherwise.
 */
final class DiskLogDescriptor {

    static final int VERSION = 1;
    static final int HEADER_LENGTH = 16;
    static final int RECORD_OVERHEAD = 7;
    static final int PAYLOAD_LENGTH_MAX = 0xFFFF;

    static final int KEY = 1;
    static final int ROW = 2;
    static final int DAY = 3;
    static final int EVENT = 4;
    static final int SEEN = 5;

    private static final byte[] MAGIC = "CAPDISKL".getBytes(StandardCharsets.US_ASCII);
    private static final int KIND_OFFSET = 2;
    private static final int PAYLOAD_OFFSET = 3;

    private DiskLogDescriptor() {}

    static ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putShort((short) VERSION).putShort((short) 0);
        header.putInt(crc(header.array(), 0, header.position()));
        return header.flip();
    }

    /**
     * @return why the bytes are no header of a log that this program reads; empty if they are
     */
    static String headerFault(byte[] bytes) {
        if (bytes.length < HEADER_LENGTH) {
            return "shorter than a header";
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < MAGIC.length; index++) {
            if (bytes[index] != MAGIC[index]) {
                return "not a change log of a disk";
            }
        }
        if (crc(bytes, 0, HEADER_LENGTH - Integer.BYTES)
                != header.getInt(HEADER_LENGTH - Integer.BYTES)) {
            return "the header's checksum is wrong";
        }
        int version = header.getShort(MAGIC.length);
        return version == VERSION ? "" : "version " + version + " is not known to this program";
    }

    static ByteBuffer record(int kind, byte[] payload) {
        if (payload.length > PAYLOAD_LENGTH_MAX) {
            throw new IllegalArgumentException("a record of " + payload.length + " bytes");
        }
        ByteBuffer record =
                ByteBuffer.allocate(payload.length + RECORD_OVERHEAD)
                        .order(ByteOrder.LITTLE_ENDIAN);
        record.putShort((short) payload.length).put((byte) kind).put(payload);
        record.putInt(crc(record.array(), 0, record.position()));
        return record.flip();
    }

    /** The length of the whole, valid record at an offset; 0 if there is none. */
    static int recordLength(byte[] bytes, int offset) {
        if (bytes.length - offset < RECORD_OVERHEAD) {
            return 0;
        }
        ByteBuffer at = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = Short.toUnsignedInt(at.getShort(offset)) + RECORD_OVERHEAD;
        if (bytes.length - offset < length) {
            return 0;
        }
        int checked = length - Integer.BYTES;
        return crc(bytes, offset, checked) == at.getInt(offset + checked) ? length : 0;
    }

    static int kind(byte[] bytes, int offset) {
        return bytes[offset + KIND_OFFSET];
    }

    static ByteBuffer payload(byte[] bytes, int offset, int recordLength) {
        return ByteBuffer.wrap(bytes, offset + PAYLOAD_OFFSET, recordLength - RECORD_OVERHEAD);
    }

    static void putVarint(ByteBuffer target, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    static long getVarint(ByteBuffer source) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = source.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number longer than 64 bits");
    }

    static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
