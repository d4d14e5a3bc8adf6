package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The digest of a chunk: SHA-256 over the chunk header and the 48-byte headers of all its records in order, padding
 * included. Record headers hold the checksums of the data, so the digest stands for the whole content at the price of
 * its headers. One owner thread.
 */
public final class ChunkDigest {

    public static final int LENGTH_BYTES = 32;

    private final MessageDigest sha256;
    private final byte[] header = new byte[RecordDescriptor.HEADER_LENGTH_BYTES];

    public ChunkDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Takes in the chunk header, which stands at {@code offset} of {@code bytes}; borrowed. */
    public void chunkHeader(MemorySegment bytes, long offset) {
        sha256.update(
                bytes.asSlice(offset, ChunkHeaderDescriptor.HEADER_LENGTH_BYTES).asByteBuffer());
    }

    /** Takes in the next record header, which stands at {@code offset} of {@code bytes}; borrowed. */
    public void recordHeader(MemorySegment bytes, long offset) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, header, 0, header.length);
        sha256.update(header);
    }

    /** The digest of all taken in; begins anew. */
    public byte[] finish() {
        return sha256.digest();
    }
}
