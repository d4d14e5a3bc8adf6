package io.capstan.iscsi;

/**
 * A name and a secret of CHAP.
 *
 * @param secret kept, never shown
 */
public record ChapUser(String name, byte[] secret) {

    /** RFC 7143, 12.1.3: shorter secrets must not be used without IPsec. */
    public static final int SECRET_MIN_BYTES = 12;

    /** The user without the secret: this is what gets into logs. */
    @Override
    public String toString() {
        return "ChapUser[" + name + "]";
    }
}
