package io.capstan.iscsi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The header of a PDU that was received: Basic Header Segment and additional ones. There is one for each connection; it
 * holds the latest PDU's header until the next one comes.
 *
 * @see "RFC 7143, 11.2"
 */
final class RequestPdu {

    /** BHS, and AHS of 255 words. */
    static final int HEADER_MAX_BYTES = BasicHeader.LENGTH_BYTES + 255 * 4;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A header digest is collected behind the header. */
    private final byte[] header = new byte[HEADER_MAX_BYTES + 4];

    private boolean dataDigestFailed;

    /** The bytes, to fill and to copy. */
    byte[] bytes() {
        return header;
    }

    int opcode() {
        return header[BasicHeader.OPCODE] & BasicHeader.OPCODE_MASK;
    }

    boolean immediate() {
        return (header[BasicHeader.OPCODE] & BasicHeader.IMMEDIATE) != 0;
    }

    int flags() {
        return header[BasicHeader.FLAGS] & 0xFF;
    }

    boolean isFinal() {
        return (flags() & BasicHeader.FINAL) != 0;
    }

    int u8(int offset) {
        return header[offset] & 0xFF;
    }

    int u16(int offset) {
        return u8(offset) << 8 | u8(offset + 1);
    }

    int i32(int offset) {
        return (int) INT.get(header, offset);
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(i32(offset));
    }

    long u64(int offset) {
        return (long) LONG.get(header, offset);
    }

    /** Bytes of all additional header segments. */
    int additionalHeaderBytes() {
        return u8(BasicHeader.TOTAL_AHS_LENGTH_WORDS) * 4;
    }

    int dataSegmentBytes() {
        return i32(BasicHeader.TOTAL_AHS_LENGTH_WORDS) & 0xFF_FFFF;
    }

    long lun() {
        return u64(BasicHeader.LUN);
    }

    int initiatorTaskTag() {
        return i32(BasicHeader.INITIATOR_TASK_TAG);
    }

    int targetTransferTag() {
        return i32(BasicHeader.TARGET_TRANSFER_TAG);
    }

    int cmdSn() {
        return i32(BasicHeader.CMD_SN);
    }

    int expStatSn() {
        return i32(BasicHeader.EXP_STAT_SN);
    }

    /** Whether the data segment arrived with a wrong digest. */
    boolean dataDigestFailed() {
        return dataDigestFailed;
    }

    void dataDigestFailed(boolean failed) {
        dataDigestFailed = failed;
    }
}
