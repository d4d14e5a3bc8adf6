package io.capstan.catalog;

import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 digest of a sealed chunk. Equality is by content. */
public final class ChunkDigest {

    /** Bytes of the digest. */
    public static final int LENGTH_BYTES = 32;

    private final byte[] bytes;

    private ChunkDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A digest of these bytes, which are copied.
     *
     * @throws IllegalArgumentException if there are not {@link #LENGTH_BYTES}
     */
    public static ChunkDigest of(byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("a digest of " + bytes.length + " bytes");
        }
        return new ChunkDigest(bytes.clone());
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkDigest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Lower-case hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
