package io.capstan.format;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import org.jspecify.annotations.Nullable;

/** Undoes {@link BlockCompressor}. Holds memory outside the heap from the first block on, until it is closed. One owner thread. */
public final class BlockDecompressor implements AutoCloseable {

    private @Nullable ZstdDecompressCtx context;

    /** The stored data are not a compressed block of the length that their record says. */
    public static final class BadDataException extends Exception {
        BadDataException(String message) {
            super(message);
        }
    }

    /**
     * Decompresses a block.
     *
     * @param compressed borrowed; {@code compressedLengthBytes} bytes from {@code compressedOffset} on
     * @param target takes the block at its beginning; borrowed
     * @param lengthBytes of the block, at most {@code target}'s
     * @throws BadDataException if they do not make exactly {@code lengthBytes}; {@code target} then holds anything
     */
    public void decompress(
            byte[] compressed,
            int compressedOffset,
            int compressedLengthBytes,
            byte[] target,
            int lengthBytes)
            throws BadDataException {
        ZstdDecompressCtx undo = context;
        if (undo == null) {
            undo = new ZstdDecompressCtx();
            context = undo;
        }
        int made;
        try {
            made =
                    undo.decompressByteArray(
                            target,
                            0,
                            lengthBytes,
                            compressed,
                            compressedOffset,
                            compressedLengthBytes);
        } catch (ZstdException damage) {
            throw new BadDataException("does not decompress: " + damage.getMessage());
        }
        if (made != lengthBytes) {
            throw new BadDataException(
                    "decompresses to %d bytes, %d were written".formatted(made, lengthBytes));
        }
    }

    @Override
    public void close() {
        ZstdDecompressCtx open = context;
        context = null;
        if (open != null) {
            open.close();
        }
    }
}
