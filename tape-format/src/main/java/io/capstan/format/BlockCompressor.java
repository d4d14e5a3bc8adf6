package io.capstan.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks one by one, each into one zstd frame that says how long the block is. Holds memory outside the heap
 * from a block on until it is closed, and can be used again then. One owner thread.
 *
 * <p>A block that does not get smaller by a sixteenth is not worth decompressing at every read. Data that have been so
 * for a while (compressed or encrypted by the host, usually) are then tried less often, down to one block in {@value
 * #SKIP_MAX}, so that they cost next to nothing.
 */
final class BlockCompressor implements AutoCloseable {

    /** Fast enough to follow a drive, and half way to what slower levels reach. */
    static final int LEVEL_DEFAULT = 1;

    private static final int WORTHWHILE_PARTS = 16;
    private static final int SKIP_MAX = 16;

    private final int level;
    private @Nullable ZstdCompressCtx context;
    private int skip;
    private int skipNext;

    BlockCompressor(int level) {
        this.level = level;
    }

    /** Whether the next block is to be stored as it is without a try; asked once a block. */
    boolean skips() {
        if (skip == 0) {
            return false;
        }
        skip--;
        return true;
    }

    /** Whether the block that was tried last got smaller, or none was tried yet. */
    boolean isPromising() {
        return skipNext == 0;
    }

    /** Learns from a block that was tried, here or elsewhere. */
    void note(boolean gotSmaller) {
        if (gotSmaller) {
            skipNext = 0;
        } else {
            skip = skipNext;
            skipNext = Math.clamp(2L * skipNext, 1, SKIP_MAX);
        }
    }

    /** Bytes of {@code target} that a block of this length needs. */
    static int targetLengthBytes(int lengthBytes) {
        return Math.toIntExact(Zstd.compressBound(lengthBytes));
    }

    /**
     * Compresses a block. Whoever wants {@link #skips} to know calls {@link #note}.
     *
     * @param source borrowed; {@code lengthBytes} of it from {@code sourceOffset} on are the block
     * @param target borrowed; {@link #targetLengthBytes} bytes of it from {@code targetOffset} on may be overwritten
     * @return bytes of the compressed block, 0 if it is better stored as it is
     */
    int compress(
            byte[] source, int sourceOffset, int lengthBytes, byte[] target, int targetOffset) {
        int compressedBytes =
                context()
                        .compressByteArray(
                                target,
                                targetOffset,
                                target.length - targetOffset,
                                source,
                                sourceOffset,
                                lengthBytes);
        boolean gotSmaller =
                compressedBytes <= lengthBytes - lengthBytes / WORTHWHILE_PARTS
                        && compressedBytes < lengthBytes;
        return gotSmaller ? compressedBytes : 0;
    }

    private ZstdCompressCtx context() {
        ZstdCompressCtx open = context;
        if (open == null) {
            open = new ZstdCompressCtx();
            open.setLevel(level);
            open.setContentSize(true);
            context = open;
        }
        return open;
    }

    @Override
    public void close() {
        ZstdCompressCtx open = context;
        context = null;
        if (open != null) {
            open.close();
        }
    }
}
