package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What an encrypted block says of its encryption to everybody, key or not.
 *
 * @param authenticatedKad authenticated key-associated data, covered by the block's tag
 * @param unauthenticatedKad unauthenticated key-associated data
 * @param rawReadDisabled whether whoever wrote it does not want it read as it is stored (RDMC)
 * @param external whether it came to the drive encrypted already
 */
public record EncryptionDescription(
        byte[] authenticatedKad,
        byte[] unauthenticatedKad,
        boolean rawReadDisabled,
        boolean external) {

    public EncryptionDescription {
        authenticatedKad = authenticatedKad.clone();
        unauthenticatedKad = unauthenticatedKad.clone();
        if (authenticatedKad.length > EncryptionExtensionDescriptor.KAD_LENGTH_MAX
                || unauthenticatedKad.length > EncryptionExtensionDescriptor.KAD_LENGTH_MAX) {
            throw new IllegalArgumentException("key-associated data too long");
        }
    }

    /** What an encrypted block says; empty if its extension is none of encryption 1. */
    public static Optional<EncryptionDescription> of(EncodedBlock block) {
        MemorySegment extension = block.extension();
        if (block.encryption() != RecordDescriptor.ENCRYPTION_AES_256_GCM
                || !EncryptionExtensionDescriptor.isWellFormed(extension)) {
            return Optional.empty();
        }
        int authenticatedBytes =
                LittleEndian.u8(
                        extension, EncryptionExtensionDescriptor.AUTHENTICATED_LENGTH_OFFSET);
        int unauthenticatedBytes =
                LittleEndian.u8(
                        extension, EncryptionExtensionDescriptor.UNAUTHENTICATED_LENGTH_OFFSET);
        int flags = LittleEndian.u16(extension, EncryptionExtensionDescriptor.FLAGS_OFFSET);
        return Optional.of(
                new EncryptionDescription(
                        EncryptionExtensionDescriptor.bytes(
                                extension,
                                EncryptionExtensionDescriptor.KAD_OFFSET,
                                authenticatedBytes),
                        EncryptionExtensionDescriptor.bytes(
                                extension,
                                EncryptionExtensionDescriptor.KAD_OFFSET + authenticatedBytes,
                                unauthenticatedBytes),
                        (flags & EncryptionExtensionDescriptor.RAW_READ_DISABLED) != 0,
                        (flags & EncryptionExtensionDescriptor.EXTERNAL) != 0));
    }

    int flags() {
        return (rawReadDisabled ? EncryptionExtensionDescriptor.RAW_READ_DISABLED : 0)
                | (external ? EncryptionExtensionDescriptor.EXTERNAL : 0);
    }

    /** Marks a block as one that came to the drive encrypted, in place. */
    static void markExternal(MemorySegment extension) {
        int flags = LittleEndian.u16(extension, EncryptionExtensionDescriptor.FLAGS_OFFSET);
        LittleEndian.putU16(
                extension,
                EncryptionExtensionDescriptor.FLAGS_OFFSET,
                flags | EncryptionExtensionDescriptor.EXTERNAL);
    }
}
