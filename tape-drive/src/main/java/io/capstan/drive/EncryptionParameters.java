package io.capstan.drive;

import io.capstan.format.BlockCipher;
import io.capstan.format.DataKey;
import io.capstan.format.EncryptionDescription;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One set of data encryption parameters, as a host established it. Owner thread only.
 *
 * @see "SSC-5, 4.2.23.7 Data encryption parameters"
 */
final class EncryptionParameters implements AutoCloseable {

    /** ENCRYPTION MODE. */
    enum EncryptionMode {
        DISABLE(0),
        EXTERNAL(1),
        ENCRYPT(2);

        private final int code;

        EncryptionMode(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<EncryptionMode> of(int code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
        }
    }

    /** DECRYPTION MODE. */
    enum DecryptionMode {
        DISABLE(0),
        RAW(1),
        DECRYPT(2),
        MIXED(3);

        private final int code;

        DecryptionMode(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<DecryptionMode> of(int code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
        }
    }

    /** CEEM: what is checked about where a block that is read was encrypted. */
    enum ExternalModeCheck {
        DEFAULT(0),
        NONE(1),
        NOT_EXTERNAL(2),
        EXTERNAL(3);

        private final int code;

        ExternalModeCheck(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<ExternalModeCheck> of(int code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
        }
    }

    /**
     * What the host asked for.
     *
     * @param clearOnDemount CKOD
     * @param description what blocks written with it say of their encryption
     */
    record Request(
            EncryptionMode encryptionMode,
            DecryptionMode decryptionMode,
            ExternalModeCheck externalModeCheck,
            boolean clearOnDemount,
            int algorithmIndex,
            EncryptionDescription description) {

        static final Request DISABLED =
                new Request(
                        EncryptionMode.DISABLE,
                        DecryptionMode.DISABLE,
                        ExternalModeCheck.DEFAULT,
                        false,
                        0,
                        new EncryptionDescription(new byte[0], new byte[0], false, false));

        /** Whether nothing is encrypted, and nothing that is encrypted can be read. */
        boolean isDisabled() {
            return encryptionMode == EncryptionMode.DISABLE
                    && decryptionMode == DecryptionMode.DISABLE;
        }
    }

    private final Request request;
    private final long keyInstance;
    private final Optional<DataKey> key;
    private @Nullable BlockCipher cipher;

    /**
     * @param keyInstance KEY INSTANCE COUNTER, another for each set there ever was
     * @param key given: closed with this
     */
    EncryptionParameters(Request request, long keyInstance, Optional<DataKey> key) {
        this.request = request;
        this.keyInstance = keyInstance;
        this.key = key;
    }

    static EncryptionParameters disabled(long keyInstance) {
        return new EncryptionParameters(Request.DISABLED, keyInstance, Optional.empty());
    }

    Request request() {
        return request;
    }

    long keyInstance() {
        return keyInstance;
    }

    Optional<DataKey> key() {
        return key;
    }

    /** What blocks are encrypted with: one salt for all that are written with this set. */
    BlockCipher cipher(RandomGenerator random) {
        BlockCipher made = cipher;
        if (made == null) {
            byte[] salt = new byte[BlockCipher.SALT_LENGTH_BYTES];
            random.nextBytes(salt);
            made = new BlockCipher(key.orElseThrow(), salt);
            cipher = made;
        }
        return made;
    }

    /** Overwrites the key and all that came of it. */
    @Override
    public void close() {
        key.ifPresent(DataKey::close);
        BlockCipher made = cipher;
        cipher = null;
        if (made != null) {
            made.close();
        }
    }
}
