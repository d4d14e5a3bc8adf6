package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for a block that is compressed while its owner does something else, to be used again and again. The owner fills it,
 * anybody may {@link #compress} it, once, and the owner takes what came of it.
 *
 * <p>Design note: whoever changes {@link #state} from waiting to busy has the buffers, until done; before and after they are
 * the owner's. A block that nobody began with is done by its owner, who so never waits for a thread that has not started.
 */
final class PendingBlock implements Runnable {

    private static final int WAITING = 0;
    private static final int BUSY = 1;
    private static final int DONE = 2;

    private final byte[] plain;
    private final byte[] packed;
    private final CRC32C crc = new CRC32C();
    private final AtomicInteger state = new AtomicInteger(DONE);
    private int lengthBytes;
    private int protection;
    private int packedBytes;
    private @Nullable Throwable fault;

    /**
     * @param lengthMaxBytes of blocks
     */
    PendingBlock(int lengthMaxBytes) {
        plain = new byte[lengthMaxBytes];
        packed = new byte[BlockCompressor.targetLengthBytes(lengthMaxBytes)];
    }

    int lengthMaxBytes() {
        return plain.length;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /** Bytes of memory that all buffers for blocks of such a length take. */
    static long memoryBytes(int lengthMaxBytes) {
        return (long) lengthMaxBytes + BlockCompressor.targetLengthBytes(lengthMaxBytes);
    }

    /**
     * Takes a block in; the owner's. The one before must be done.
     *
     * @param pieces borrowed until return
     */
    void fill(List<MemorySegment> pieces, int newLengthBytes, int newProtection) {
        assert state.get() == DONE;
        BlockEncoder.gather(pieces, newLengthBytes, plain, 0);
        lengthBytes = newLengthBytes;
        protection = newProtection;
        packedBytes = 0;
        fault = null;
        state.set(WAITING);
    }

    /** Compresses the block, unless somebody has begun with that. Any thread, and never throws. */
    void compress(BlockCompressor compressor) {
        if (!state.compareAndSet(WAITING, BUSY)) {
            return;
        }
        try {
            crc.reset();
            crc.update(plain, 0, lengthBytes);
            packedBytes = compressor.compress(plain, 0, lengthBytes, packed, 0);
        } catch (RuntimeException | Error e) {
            fault = e;
        } finally {
            done();
        }
    }

    /** {@link #compress} on one of {@link CompressionThreads}. */
    @Override
    public void run() {
        compress(CompressionThreads.compressor());
    }

    private synchronized void done() {
        state.set(DONE);
        notifyAll();
    }

    /** Waits until the block is done, doing it if nobody has begun; the owner's. */
    void await(BlockCompressor own) {
        compress(own);
        boolean interrupted = false;
        synchronized (this) {
            while (state.get() != DONE) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean gotSmaller() {
        return packedBytes > 0;
    }

    /** Why a block that is done could not be compressed; it is to be kept as it is. */
    Optional<Throwable> fault() {
        return Optional.ofNullable(fault);
    }

    /** The block that is done, good until the next is filled in. */
    EncodedBlock encoded() {
        MemorySegment stored =
                gotSmaller()
                        ? MemorySegment.ofArray(packed).asSlice(0, packedBytes)
                        : MemorySegment.ofArray(plain).asSlice(0, lengthBytes);
        return new EncodedBlock(
                gotSmaller()
                        ? RecordDescriptor.COMPRESSION_ZSTD
                        : RecordDescriptor.COMPRESSION_NONE,
                RecordDescriptor.ENCRYPTION_NONE,
                protection,
                lengthBytes,
                (int) crc.getValue(),
                BlockEncoder.NO_EXTENSION,
                stored);
    }
}
