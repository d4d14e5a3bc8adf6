package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM of blocks under the key that is derived from a host's key and a salt. One owner thread.
 *
 * <p>Nonces are a counter that begins at zero and never goes back. A cipher that seals has a salt of its own, sixteen
 * random bytes drawn for it alone, so no two blocks were ever sealed with the same derived key and nonce: within a
 * cipher because of the counter, across ciphers because their derived keys differ. Being derived anew, the key also never
 * comes near the number of blocks AES-GCM allows a key, however long a host keeps its own.
 *
 * <p>What the tag covers besides the data: compression, logical length and authenticated KAD. Not the place on the tape,
 * because a block may be read raw and written to another place, or another tape, by whoever does not have the key. The
 * place is kept by the record's header, whose checksum guards against accident.
 */
public final class BlockCipher implements AutoCloseable {

    /** Bytes of a salt. */
    public static final int SALT_LENGTH_BYTES = EncryptionExtensionDescriptor.SALT_LENGTH_BYTES;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final byte[] INFO = "capstan encryption 1".getBytes(StandardCharsets.US_ASCII);
    private static final int ASSOCIATED_LENGTH_BYTES = 8;

    private final byte[] salt;
    private final byte[] keyCheck;
    private final DataKey.Secret derivedKey;
    private final Cipher cipher;
    private final byte[] nonce = new byte[EncryptionExtensionDescriptor.NONCE_LENGTH_BYTES];
    private long nextNonce;

    /**
     * @param key borrowed until return
     * @param salt of {@link #SALT_LENGTH_BYTES}; random, and never used before, for a cipher that seals
     */
    public BlockCipher(DataKey key, byte[] salt) {
        if (salt.length != SALT_LENGTH_BYTES) {
            throw new IllegalArgumentException("salt of " + salt.length + " bytes");
        }
        this.salt = salt.clone();
        byte[] derived =
                key.derive(
                        salt,
                        INFO,
                        DataKey.LENGTH_BYTES
                                + EncryptionExtensionDescriptor.KEY_CHECK_LENGTH_BYTES);
        derivedKey = new DataKey.Secret(Arrays.copyOf(derived, DataKey.LENGTH_BYTES));
        keyCheck = Arrays.copyOfRange(derived, DataKey.LENGTH_BYTES, derived.length);
        Arrays.fill(derived, (byte) 0);
        try {
            cipher = Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + TRANSFORMATION, e);
        }
    }

    /** Whether this cipher was made with the salt a block has. */
    boolean hasSaltOf(MemorySegment extension) {
        return extension
                        .asSlice(EncryptionExtensionDescriptor.SALT_OFFSET, SALT_LENGTH_BYTES)
                        .mismatch(MemorySegment.ofArray(salt))
                < 0;
    }

    /** Whether the key is the one a block was sealed with; the salt must be. */
    boolean isKeyOf(MemorySegment extension) {
        byte[] check =
                EncryptionExtensionDescriptor.bytes(
                        extension,
                        EncryptionExtensionDescriptor.KEY_CHECK_OFFSET,
                        EncryptionExtensionDescriptor.KEY_CHECK_LENGTH_BYTES);
        return MessageDigest.isEqual(check, keyCheck);
    }

    /**
     * Seals a block and fills in its extension.
     *
     * @param plain its first {@code lengthBytes} are sealed; borrowed
     * @param target takes as many bytes, and a tag's more that may be overwritten; borrowed
     * @param extension of the length that {@code description} needs, filled with zeros; borrowed
     */
    void seal(
            byte[] plain,
            int lengthBytes,
            byte[] target,
            MemorySegment extension,
            EncryptionDescription description,
            int compression,
            int logicalLengthBytes) {
        putNonce(nextNonce++);
        byte[] authenticated = description.authenticatedKad();
        byte[] unauthenticated = description.unauthenticatedKad();
        EncryptionExtensionDescriptor.put(
                extension, EncryptionExtensionDescriptor.SALT_OFFSET, salt);
        EncryptionExtensionDescriptor.put(
                extension, EncryptionExtensionDescriptor.KEY_CHECK_OFFSET, keyCheck);
        EncryptionExtensionDescriptor.put(
                extension, EncryptionExtensionDescriptor.NONCE_OFFSET, nonce);
        LittleEndian.putU16(
                extension, EncryptionExtensionDescriptor.FLAGS_OFFSET, description.flags());
        LittleEndian.putU8(
                extension,
                EncryptionExtensionDescriptor.AUTHENTICATED_LENGTH_OFFSET,
                authenticated.length);
        LittleEndian.putU8(
                extension,
                EncryptionExtensionDescriptor.UNAUTHENTICATED_LENGTH_OFFSET,
                unauthenticated.length);
        EncryptionExtensionDescriptor.put(
                extension, EncryptionExtensionDescriptor.KAD_OFFSET, authenticated);
        EncryptionExtensionDescriptor.put(
                extension,
                EncryptionExtensionDescriptor.KAD_OFFSET + authenticated.length,
                unauthenticated);
        try {
            begin(Cipher.ENCRYPT_MODE, authenticated, compression, logicalLengthBytes);
            cipher.doFinal(plain, 0, lengthBytes, target, 0);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("sealing a block", e);
        }
        MemorySegment.copy(
                MemorySegment.ofArray(target),
                lengthBytes,
                extension,
                EncryptionExtensionDescriptor.TAG_OFFSET,
                EncryptionExtensionDescriptor.TAG_LENGTH_BYTES);
    }

    /**
     * Opens a block sealed with this cipher's key and salt.
     *
     * @param sealed the stored data with the tag behind; borrowed
     * @param lengthBytes of both
     * @param target takes a tag's bytes less; borrowed
     * @return false if block and tag do not belong together; {@code target} then holds nothing of it
     */
    boolean open(
            byte[] sealed,
            int lengthBytes,
            byte[] target,
            MemorySegment extension,
            int compression,
            int logicalLengthBytes) {
        MemorySegment.copy(
                extension,
                EncryptionExtensionDescriptor.NONCE_OFFSET,
                MemorySegment.ofArray(nonce),
                0,
                nonce.length);
        int authenticatedBytes =
                LittleEndian.u8(
                        extension, EncryptionExtensionDescriptor.AUTHENTICATED_LENGTH_OFFSET);
        byte[] authenticated =
                EncryptionExtensionDescriptor.bytes(
                        extension, EncryptionExtensionDescriptor.KAD_OFFSET, authenticatedBytes);
        try {
            begin(Cipher.DECRYPT_MODE, authenticated, compression, logicalLengthBytes);
            cipher.doFinal(sealed, 0, lengthBytes, target, 0);
            return true;
        } catch (AEADBadTagException wrong) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("opening a block", e);
        }
    }

    /**
     * <pre>
     *    0  | compr.  | zeros                       | logical length                        |
     *    8  | authenticated KAD                                                             |
     * </pre>
     */
    private void begin(int mode, byte[] authenticatedKad, int compression, int logicalLengthBytes)
            throws GeneralSecurityException {
        cipher.init(
                mode,
                derivedKey,
                new GCMParameterSpec(
                        Byte.SIZE * EncryptionExtensionDescriptor.TAG_LENGTH_BYTES, nonce));
        byte[] associated = new byte[ASSOCIATED_LENGTH_BYTES];
        MemorySegment fields = MemorySegment.ofArray(associated);
        LittleEndian.putU8(fields, 0, compression);
        LittleEndian.putU32(fields, 4, logicalLengthBytes);
        cipher.updateAAD(associated);
        cipher.updateAAD(authenticatedKad);
    }

    private void putNonce(long number) {
        LittleEndian.putU64(MemorySegment.ofArray(nonce), 0, number);
        Arrays.fill(nonce, Long.BYTES, nonce.length, (byte) 0);
    }

    /** Overwrites the derived key. Idempotent. */
    @Override
    public void close() {
        derivedKey.destroy();
    }
}
