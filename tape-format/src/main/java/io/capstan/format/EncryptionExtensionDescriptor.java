package io.capstan.format;

import java.lang.foreign.MemorySegment;

/**
 * Layout of the extension of a record with encryption 1, AES-256-GCM.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  salt, 16 bytes                                                               |
 *   16  |  key check                                                                    |
 *   24  |  nonce, 12 bytes                                                              |
 *   32  |                                       | flags             | A-KAD n | U-KAD n |
 *   40  |  tag, 16 bytes                                                                |
 *   56  |  authenticated KAD, unauthenticated KAD, zeros up to a multiple of 8          |
 * </pre>
 *
 * <p>KAD is key-associated data in the sense of SSC: what the host wants to know about the key when it meets the block
 * again.
 */
final class EncryptionExtensionDescriptor {

    static final int SALT_LENGTH_BYTES = 16;
    static final int KEY_CHECK_LENGTH_BYTES = 8;
    static final int NONCE_LENGTH_BYTES = 12;
    static final int TAG_LENGTH_BYTES = 16;
    static final int KAD_LENGTH_MAX = 255;

    static final int RAW_READ_DISABLED = 0x0001;
    static final int EXTERNAL = 0x0002;
    static final int FLAGS = RAW_READ_DISABLED | EXTERNAL;

    static final int SALT_OFFSET = 0;
    static final int KEY_CHECK_OFFSET = 16;
    static final int NONCE_OFFSET = 24;
    static final int FLAGS_OFFSET = 36;
    static final int AUTHENTICATED_LENGTH_OFFSET = 38;
    static final int UNAUTHENTICATED_LENGTH_OFFSET = 39;
    static final int TAG_OFFSET = 40;
    static final int KAD_OFFSET = 56;

    private EncryptionExtensionDescriptor() {}

    /** Bytes of the extension with this much key-associated data. */
    static int lengthBytes(int authenticatedBytes, int unauthenticatedBytes) {
        int unaligned = KAD_OFFSET + authenticatedBytes + unauthenticatedBytes;
        int alignment = RecordDescriptor.RECORD_ALIGNMENT_BYTES;
        return (unaligned + alignment - 1) / alignment * alignment;
    }

    /** Whether lengths and flags of an extension are those of a well-formed one. */
    static boolean isWellFormed(MemorySegment extension) {
        return extension.byteSize() >= KAD_OFFSET
                && (LittleEndian.u16(extension, FLAGS_OFFSET) & ~FLAGS) == 0
                && extension.byteSize()
                        == lengthBytes(
                                LittleEndian.u8(extension, AUTHENTICATED_LENGTH_OFFSET),
                                LittleEndian.u8(extension, UNAUTHENTICATED_LENGTH_OFFSET));
    }

    static byte[] bytes(MemorySegment extension, long offset, int lengthBytes) {
        byte[] copy = new byte[lengthBytes];
        MemorySegment.copy(extension, offset, MemorySegment.ofArray(copy), 0, lengthBytes);
        return copy;
    }

    static void put(MemorySegment extension, long offset, byte[] bytes) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, extension, offset, bytes.length);
    }
}
