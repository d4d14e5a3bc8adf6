package io.capstan.fakes.iscsi;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A PDU as bytes: whoever makes one can make it wrong.
 *
 * @param header 48 bytes, whose data segment length is filled in when it is sent
 * @param data the data segment without padding
 */
public record Pdu(ByteBuffer header, byte[] data) {

    /** A request of zeros but for opcode and flags. */
    public static Pdu of(int opcode, int flags, byte... data) {
        ByteBuffer header = ByteBuffer.allocate(48);
        header.put(0, (byte) opcode).put(1, (byte) flags);
        return new Pdu(header, data);
    }

    public int opcode() {
        return header.get(0) & 0x3F;
    }

    public int flags() {
        return header.get(1) & 0xFF;
    }

    public int u8(int offset) {
        return header.get(offset) & 0xFF;
    }

    public int u16(int offset) {
        return header.getShort(offset) & 0xFFFF;
    }

    public int i32(int offset) {
        return header.getInt(offset);
    }

    public Pdu u8(int offset, int value) {
        header.put(offset, (byte) value);
        return this;
    }

    public Pdu u16(int offset, int value) {
        header.putShort(offset, (short) value);
        return this;
    }

    public Pdu i32(int offset, int value) {
        header.putInt(offset, value);
        return this;
    }

    public Pdu i64(int offset, long value) {
        header.putLong(offset, value);
        return this;
    }

    /** A copy of the basic header segment. */
    byte[] headerBytes() {
        byte[] bytes = new byte[header.capacity()];
        header.get(0, bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(" ").formatHex(headerBytes()) + " +" + data.length;
    }
}
