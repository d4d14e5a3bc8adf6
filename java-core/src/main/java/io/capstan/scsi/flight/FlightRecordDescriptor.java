package io.capstan.scsi.flight;

import java.nio.ByteOrder;

/**
 * The layout of a flight recorder's file, little-endian.
 *
 * <pre>
 * file     0 header, 4096 bytes     4096 names of I_T nexuses     36864 ring of slots
 *
 * header   0 magic "CAPFLGT1"       8 slot count, u32            12 slot length, u32
 *         16 name of the logical unit: length u16, ASCII
 *
 * nexus    0 length u16, "INITIATOR PORT\nTARGET PORT" in UTF-8; of 512 bytes; 64 of them, 0 where there is none
 *
 * slot     0 sequence number, u64; 0 while it is being written
 *          8 end of the command, nanoseconds since 1970       16 duration, nanoseconds
 *         24 Data-Out bytes, u32                              28 Data-In bytes, u32
 *         32 INFORMATION, i64                                 40 logical object number, i64; -1 where there is none
 *         48 status        49 sense key       50 ASC          51 ASCQ
 *         52 flags         53 partition       54 nexus        55 CDB length
 *         56 CDB, 36 bytes of it at most                      92 CRC-32C of bytes 0 to 91
 * </pre>
 *
 * Command {@code n}, counted from 1, is in slot {@code (n - 1) mod count}. One that is sent again and again while it is
 * answered BUSY is one command, which lasts from when it came first until its last answer. A slot is whole when its sequence number says so
 * and its checksum is right: the process may be killed, or the power go, in the middle of one.
 */
final class FlightRecordDescriptor {

    static final ByteOrder BYTE_ORDER = ByteOrder.LITTLE_ENDIAN;

    /** "CAPFLGT1" as its bytes stand in the file. */
    static final long MAGIC = 0x3154_474C_4650_4143L;

    static final int SLOT_COUNT_AT = 8;
    static final int SLOT_LENGTH_AT = 12;
    static final int NAME_AT = 16;
    static final int NAME_LENGTH_MAX_BYTES = 1024;

    static final int NEXUSES_AT = 4096;
    static final int NEXUS_LENGTH_BYTES = 512;
    static final int NEXUS_COUNT = 64;

    /** The nexus of a slot whose name there was no room for. */
    static final int NEXUS_UNKNOWN = 0xFF;

    static final int SLOTS_AT = NEXUSES_AT + NEXUS_COUNT * NEXUS_LENGTH_BYTES;
    static final int SLOT_LENGTH_BYTES = 96;

    static final int SEQUENCE_AT = 0;
    static final int END_AT = 8;
    static final int DURATION_AT = 16;
    static final int DATA_OUT_AT = 24;
    static final int DATA_IN_AT = 28;
    static final int INFORMATION_AT = 32;
    static final int OBJECT_AT = 40;
    static final int STATUS_AT = 48;
    static final int SENSE_KEY_AT = 49;
    static final int ASC_AT = 50;
    static final int ASCQ_AT = 51;
    static final int FLAGS_AT = 52;
    static final int PARTITION_AT = 53;
    static final int NEXUS_AT = 54;
    static final int CDB_LENGTH_AT = 55;
    static final int CDB_AT = 56;
    static final int CDB_LENGTH_MAX_BYTES = 36;
    static final int CHECKSUM_AT = 92;

    static final int FLAG_SENSE = 0x01;
    static final int FLAG_DEFERRED = 0x02;
    static final int FLAG_FILEMARK = 0x04;
    static final int FLAG_END_OF_MEDIUM = 0x08;
    static final int FLAG_INCORRECT_LENGTH = 0x10;
    static final int FLAG_INFORMATION = 0x20;

    private FlightRecordDescriptor() {}

    static long lengthBytes(int slotCount) {
        return SLOTS_AT + (long) slotCount * SLOT_LENGTH_BYTES;
    }

    static int slotAt(long sequence, int slotCount) {
        return SLOTS_AT + (int) ((sequence - 1) % slotCount) * SLOT_LENGTH_BYTES;
    }
}
