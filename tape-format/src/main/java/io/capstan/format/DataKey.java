package io.capstan.format;

import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A 256-bit key that a host gave for its data. Never written anywhere; its bytes are overwritten when it is closed. One
 * owner thread.
 *
 * <p>Design note: what the JDK's ciphers make of a key cannot be overwritten from outside. Everything that holds such a
 * thing is dropped with the key, and never outlives it for longer than it takes until the memory is used again.
 */
public final class DataKey implements AutoCloseable {

    public static final int LENGTH_BYTES = 32;

    private final Secret secret;

    /**
     * @param bytes {@link #LENGTH_BYTES} bytes, copied
     */
    public DataKey(byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("key of " + bytes.length + " bytes");
        }
        secret = new Secret(bytes.clone());
    }

    /** HKDF-SHA256 (RFC 5869) of the key with a salt. */
    byte[] derive(byte[] salt, byte[] info, int lengthBytes) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .addSalt(salt)
                                    .thenExpand(info, lengthBytes));
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new AssertionError("every Java platform of this version has HKDF-SHA256", e);
        }
    }

    /** Overwrites the key; it cannot be used any more. Idempotent. */
    @Override
    public void close() {
        secret.destroy();
    }

    @Override
    public String toString() {
        return "data key";
    }

    /** Key bytes for the JDK, which are overwritten at the end, as those of its own class are not. */
    static final class Secret implements SecretKey {

        private final transient byte[] bytes;
        private transient boolean destroyed;

        /**
         * @param bytes kept, and overwritten in the end
         */
        Secret(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            if (destroyed) {
                throw new IllegalStateException("the key was destroyed");
            }
            return bytes.clone();
        }

        @Override
        public void destroy() {
            destroyed = true;
            Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public boolean isDestroyed() {
            return destroyed;
        }

        @Override
        public String toString() {
            return "secret key";
        }
    }
}
