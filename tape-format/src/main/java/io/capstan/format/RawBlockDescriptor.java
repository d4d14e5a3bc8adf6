package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Layout of an encrypted block outside a record: what a host gets that reads in RAW mode, and gives back in EXTERNAL
 * mode. It holds all it takes to be decrypted anywhere.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CRAW"                         | version | compr.  | encr.   | protect.|
 *    8  |  extension length | reserved, 0       |  logical length                       |
 *   16  |  extension                                                                    |
 *       |  stored data                                                                  |
 *       |  CRC-32C of all bytes before          |
 * </pre>
 */
public final class RawBlockDescriptor {

    /** The bytes "CRAW". */
    static final int MAGIC = 0x57415243;

    static final int VERSION = 1;
    static final int HEADER_LENGTH_BYTES = 16;
    static final int CRC_LENGTH_BYTES = 4;

    private static final int VERSION_OFFSET = 4;
    private static final int COMPRESSION_OFFSET = 5;
    private static final int ENCRYPTION_OFFSET = 6;
    private static final int PROTECTION_OFFSET = 7;
    private static final int EXTENSION_LENGTH_OFFSET = 8;
    private static final int LOGICAL_LENGTH_OFFSET = 12;

    private RawBlockDescriptor() {}

    /** An encrypted block as a raw one. */
    public static byte[] encode(EncodedBlock block) {
        int extensionBytes = (int) block.extension().byteSize();
        int bodyBytes = HEADER_LENGTH_BYTES + extensionBytes + block.storedLengthBytes();
        byte[] raw = new byte[bodyBytes + CRC_LENGTH_BYTES];
        MemorySegment bytes = MemorySegment.ofArray(raw);
        LittleEndian.putU32(bytes, 0, MAGIC);
        LittleEndian.putU8(bytes, VERSION_OFFSET, VERSION);
        LittleEndian.putU8(bytes, COMPRESSION_OFFSET, block.compression());
        LittleEndian.putU8(bytes, ENCRYPTION_OFFSET, block.encryption());
        LittleEndian.putU8(bytes, PROTECTION_OFFSET, block.protection());
        LittleEndian.putU16(bytes, EXTENSION_LENGTH_OFFSET, extensionBytes);
        LittleEndian.putU32(bytes, LOGICAL_LENGTH_OFFSET, block.logicalLengthBytes());
        MemorySegment.copy(block.extension(), 0, bytes, HEADER_LENGTH_BYTES, extensionBytes);
        MemorySegment.copy(
                block.stored(),
                0,
                bytes,
                HEADER_LENGTH_BYTES + extensionBytes,
                block.storedLengthBytes());
        LittleEndian.putU32(bytes, bodyBytes, Crc32c.of(bytes, 0, bodyBytes));
        return raw;
    }

    /**
     * A raw block as an encrypted one that came from outside.
     *
     * @param pieces in order, borrowed until return
     * @return empty if these are not the bytes of a raw block, whole and unharmed
     */
    public static Optional<EncodedBlock> decode(List<MemorySegment> pieces, int lengthBytes) {
        byte[] raw = new byte[lengthBytes];
        MemorySegment bytes = MemorySegment.ofArray(raw);
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, bytes, at, piece.byteSize());
            at += piece.byteSize();
        }
        int bodyBytes = lengthBytes - CRC_LENGTH_BYTES;
        if (bodyBytes <= HEADER_LENGTH_BYTES
                || LittleEndian.i32(bytes, 0) != MAGIC
                || LittleEndian.u8(bytes, VERSION_OFFSET) != VERSION
                || LittleEndian.i32(bytes, bodyBytes) != Crc32c.of(bytes, 0, bodyBytes)) {
            return Optional.empty();
        }
        int extensionBytes = LittleEndian.u16(bytes, EXTENSION_LENGTH_OFFSET);
        int logicalBytes = LittleEndian.i32(bytes, LOGICAL_LENGTH_OFFSET);
        if (extensionBytes >= bodyBytes - HEADER_LENGTH_BYTES
                || logicalBytes < 1
                || logicalBytes > RecordDescriptor.BLOCK_LENGTH_MAX) {
            return Optional.empty();
        }
        EncodedBlock block =
                new EncodedBlock(
                        LittleEndian.u8(bytes, COMPRESSION_OFFSET),
                        LittleEndian.u8(bytes, ENCRYPTION_OFFSET),
                        LittleEndian.u8(bytes, PROTECTION_OFFSET),
                        logicalBytes,
                        0,
                        bytes.asSlice(HEADER_LENGTH_BYTES, extensionBytes),
                        bytes.asSlice(
                                HEADER_LENGTH_BYTES + (long) extensionBytes,
                                (long) bodyBytes - HEADER_LENGTH_BYTES - extensionBytes));
        if (EncryptionDescription.of(block).isEmpty()) {
            return Optional.empty();
        }
        EncryptionDescription.markExternal(block.extension());
        return Optional.of(block);
    }
}
