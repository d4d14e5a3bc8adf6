package io.capstan.iscsi;

/**
 * Where the fields of a Basic Header Segment are. All numbers are big-endian.
 *
 * <pre>
 *  0 opcode (I is bit 6)   1 flags   2..3 by opcode
 *  4 TotalAHSLength in words   5..7 DataSegmentLength
 *  8..15 LUN, or by opcode
 * 16..19 Initiator Task Tag
 * 20..23 Target Transfer Tag, or by opcode
 * 24..27 CmdSN or StatSN   28..31 ExpStatSN or ExpCmdSN   32..35 MaxCmdSN, or by opcode
 * 36..47 by opcode
 * </pre>
 *
 * @see "RFC 7143, 11.2.1 Basic Header Segment (BHS)"
 */
final class BasicHeader {

    static final int LENGTH_BYTES = 48;

    static final int OPCODE = 0;
    static final int FLAGS = 1;
    static final int TOTAL_AHS_LENGTH_WORDS = 4;
    static final int DATA_SEGMENT_LENGTH = 5;
    static final int LUN = 8;
    static final int INITIATOR_TASK_TAG = 16;
    static final int TARGET_TRANSFER_TAG = 20;

    /** Of requests. */
    static final int CMD_SN = 24;

    /** Of requests. */
    static final int EXP_STAT_SN = 28;

    /** Of responses. */
    static final int STAT_SN = 24;

    /** Of responses. */
    static final int EXP_CMD_SN = 28;

    /** Of responses. */
    static final int MAX_CMD_SN = 32;

    static final int IMMEDIATE = 0x40;
    static final int OPCODE_MASK = 0x3F;

    /** F, or T of a login: bit 7 of the flags. */
    static final int FINAL = 0x80;

    /** C of login and text. */
    static final int CONTINUE = 0x40;

    /** SCSI Command: READ and WRITE. */
    static final int READ = 0x40;

    static final int WRITE = 0x20;

    static final int EXPECTED_DATA_TRANSFER_LENGTH = 20;
    static final int CDB = 32;
    static final int CDB_LENGTH_BYTES = 16;

    /** SCSI Response, and Data-In with S. */
    static final int STATUS = 3;

    static final int RESIDUAL_OVERFLOW = 0x04;
    static final int RESIDUAL_UNDERFLOW = 0x02;

    /** Data-In: S. */
    static final int STATUS_PRESENT = 0x01;

    /** R2TSN, DataSN, and ExpDataSN of a SCSI Response. */
    static final int DATA_SN = 36;

    static final int BUFFER_OFFSET = 40;
    static final int DESIRED_DATA_TRANSFER_LENGTH = 44;
    static final int RESIDUAL_COUNT = 44;

    /** Tag that means there is none. */
    static final int NO_TAG = 0xFFFF_FFFF;

    /** Login: ISID (6 bytes) and TSIH. */
    static final int ISID = 8;

    static final int TSIH = 14;
    static final int CID = 20;
    static final int VERSION_MAX = 2;
    static final int VERSION_ACTIVE = 3;
    static final int VERSION_MIN = 3;
    static final int STATUS_CLASS = 36;

    /** Task management: function code (7 bits), referenced task, its CmdSN. */
    static final int REFERENCED_TASK_TAG = 20;

    static final int REF_CMD_SN = 32;

    private BasicHeader() {}

    static long paddedBytes(long lengthBytes) {
        return lengthBytes + 3 & ~3L;
    }
}
