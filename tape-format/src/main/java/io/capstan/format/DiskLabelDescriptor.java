package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Layout of a disk label, 128 bytes.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CPSTNDSK"                                                             |
 *    8  |  version          |  pool name length |  label length                         |
 *   16  |  disk id                                                                      |
 *   24  |                                                                               |
 *   32  |  created                                                                      |
 *   40  |  pool name, 64 bytes, zeros behind                                            |
 *  104  |  zeros                                                                        |
 *  120  |  zeros                                |  CRC-32C of bytes 0 to 123            |
 * </pre>
 */
public final class DiskLabelDescriptor {

    /** The bytes "CPSTNDSK". */
    public static final long MAGIC = 0x4B53444E54535043L;

    public static final int VERSION = 1;

    public static final int LABEL_LENGTH_BYTES = 128;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int POOL_LENGTH_OFFSET = 10;
    static final int LABEL_LENGTH_OFFSET = 12;
    static final int DISK_OFFSET = 16;
    static final int CREATED_OFFSET = 32;
    static final int POOL_OFFSET = 40;
    static final int ZEROS_OFFSET = POOL_OFFSET + DiskLabel.POOL_LENGTH_MAX_BYTES;
    static final int CRC_OFFSET = 124;

    private DiskLabelDescriptor() {}

    public static byte[] encode(DiskLabel label) {
        byte[] pool = label.pool().getBytes(StandardCharsets.UTF_8);
        byte[] encoded = new byte[LABEL_LENGTH_BYTES];
        MemorySegment bytes = MemorySegment.ofArray(encoded);
        LittleEndian.putU64(bytes, MAGIC_OFFSET, MAGIC);
        LittleEndian.putU16(bytes, VERSION_OFFSET, VERSION);
        LittleEndian.putU16(bytes, POOL_LENGTH_OFFSET, pool.length);
        LittleEndian.putU32(bytes, LABEL_LENGTH_OFFSET, LABEL_LENGTH_BYTES);
        // An identity, not a number: its bytes stand in the order in which it is printed.
        LittleEndian.putU64(
                bytes, DISK_OFFSET, Long.reverseBytes(label.disk().mostSignificantBits()));
        LittleEndian.putU64(
                bytes, DISK_OFFSET + 8, Long.reverseBytes(label.disk().leastSignificantBits()));
        LittleEndian.putU64(bytes, CREATED_OFFSET, label.createdEpochMillis());
        MemorySegment.copy(pool, 0, bytes, ValueLayout.JAVA_BYTE, POOL_OFFSET, pool.length);
        LittleEndian.putU32(bytes, CRC_OFFSET, Crc32c.of(bytes, 0, CRC_OFFSET));
        return encoded;
    }

    /**
     * @param source the file, for messages
     * @throws FormatException if these bytes are not a whole label
     */
    public static DiskLabel decode(byte[] label, String source) throws FormatException {
        if (label.length != LABEL_LENGTH_BYTES) {
            throw new FormatException(
                    source, label.length, "disk label", "the file has " + label.length + " bytes");
        }
        MemorySegment bytes = MemorySegment.ofArray(label);
        FieldReader in = new FieldReader(bytes, source, 0);
        in.requireU64(MAGIC_OFFSET, "disk label magic", MAGIC);
        in.requireVersion(VERSION_OFFSET, VERSION);
        in.requireCrc(CRC_OFFSET, "disk label crc32c");
        in.requireU32(LABEL_LENGTH_OFFSET, "disk label length", LABEL_LENGTH_BYTES);
        int poolLengthBytes = LittleEndian.u16(bytes, POOL_LENGTH_OFFSET);
        if (poolLengthBytes < 1 || poolLengthBytes > DiskLabel.POOL_LENGTH_MAX_BYTES) {
            throw in.fault(
                    POOL_LENGTH_OFFSET, "pool name length", poolLengthBytes + " is out of range");
        }
        in.requireZeros(POOL_OFFSET + poolLengthBytes, CRC_OFFSET, "zeros of the disk label");
        return new DiskLabel(
                new DiskId(
                        Long.reverseBytes(LittleEndian.u64(bytes, DISK_OFFSET)),
                        Long.reverseBytes(LittleEndian.u64(bytes, DISK_OFFSET + 8))),
                new String(label, POOL_OFFSET, poolLengthBytes, StandardCharsets.UTF_8),
                in.number(CREATED_OFFSET, "created", 0));
    }
}
