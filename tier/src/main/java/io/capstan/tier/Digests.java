package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.store.Pace;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of whole files and of what passes by. */
final class Digests {

    private static final int STEP_BYTES = 1 << 18;

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static ChunkDigest of(byte[] bytes) {
        return ChunkDigest.of(sha256().digest(bytes));
    }

    /** The digest of all of a file. */
    static ChunkDigest of(FileSource file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[STEP_BYTES];
        long lengthBytes = file.lengthBytes();
        for (long at = 0; at < lengthBytes; ) {
            int step = (int) Math.min(buffer.length, lengthBytes - at);
            if (file.read(at, MemorySegment.ofArray(buffer).asSlice(0, step)) < step) {
                throw new EOFException(
                        "a file got shorter than its %d bytes".formatted(lengthBytes));
            }
            digest.update(buffer, 0, step);
            at += step;
        }
        return ChunkDigest.of(digest.digest());
    }

    /**
     * Bytes that are read no faster than a pace, and whose end is only reached if they are the right ones. Reading them
     * fails with {@link TierException}.
     *
     * @param what they are, for the message
     */
    static InputStream verified(InputStream bytes, ChunkDigest expected, Pace pace, String what) {
        return new VerifiedStream(bytes, expected, pace, what);
    }

    private static final class VerifiedStream extends FilterInputStream {

        private final MessageDigest digest = sha256();
        private final ChunkDigest expected;
        private final Pace pace;
        private final String what;
        private boolean atEnd;

        VerifiedStream(InputStream bytes, ChunkDigest expected, Pace pace, String what) {
            super(bytes);
            this.expected = expected;
            this.pace = pace;
            this.what = what;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int lengthMax) throws IOException {
            int count = readFromTier(target, offset, lengthMax);
            if (count > 0) {
                pace.await(count);
                digest.update(target, offset, count);
            } else if (count < 0 && !atEnd) {
                atEnd = true;
                if (!ChunkDigest.of(digest.digest()).equals(expected)) {
                    throw new TierException(
                            TierException.Reason.CORRUPT, what + " is not what its name says");
                }
            }
            return count;
        }

        private int readFromTier(byte[] target, int offset, int lengthMax) throws TierException {
            try {
                return in.read(target, offset, lengthMax);
            } catch (TierException e) {
                throw e;
            } catch (IOException e) {
                throw new TierException(
                        TierException.Reason.FAILED,
                        "%s cannot be read: %s".formatted(what, e.getMessage()),
                        e);
            }
        }
    }
}
