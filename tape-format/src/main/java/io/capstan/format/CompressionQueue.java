package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Blocks that are compressed by other threads while more come, and that are taken out in the order in which they came. One
 * owner thread.
 *
 * <p>What becomes of a block depends on the blocks before it alone, not on when a thread gets to it, as long as memory for
 * blocks lasts.
 */
public final class CompressionQueue {

    /** Two processors have one each to go on with, while the oldest is taken out. */
    private static final int BLOCKS_MAX = 4;

    /** What is shorter is done by the owner in its turn, before another thread would have woken up. */
    private static final int HANDED_OVER_LENGTH_MIN_BYTES = 16 << 10;

    private final BlockCompressor own;
    private final PendingBlocks stock;
    private final ArrayDeque<PendingBlock> blocks = new ArrayDeque<>(BLOCKS_MAX);
    private long lengthBytes;

    /**
     * @param encoder of the same owner, which compresses blocks that do not come here
     */
    public CompressionQueue(BlockEncoder encoder) {
        this(encoder, PendingBlocks.SHARED);
    }

    CompressionQueue(BlockEncoder encoder, PendingBlocks stock) {
        this.own = encoder.compressor();
        this.stock = stock;
    }

    /** Whether blocks of late got smaller; else they are better given to the encoder, which tries now and then. */
    public boolean isPromising() {
        return own.isPromising();
    }

    /** Whether the first block has to be taken out before another comes. */
    public boolean isFull() {
        return blocks.size() == BLOCKS_MAX;
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    public int count() {
        return blocks.size();
    }

    /** Bytes of the blocks as the host wrote them, which they take at most when stored. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Copies a block, to be compressed soon. The queue must not be full.
     *
     * @param pieces the block's bytes in order, borrowed until return
     * @param blockLengthBytes their sum, 1 or more
     * @param protection logical block protection method, 0 for none
     * @return false if there is no memory for one of that length; then it was not taken
     */
    public boolean offer(List<MemorySegment> pieces, int blockLengthBytes, int protection) {
        assert !isFull();
        PendingBlock block = stock.take(blockLengthBytes);
        if (block == null) {
            return false;
        }
        block.fill(pieces, blockLengthBytes, protection);
        blocks.add(block);
        lengthBytes += blockLengthBytes;
        if (blockLengthBytes >= HANDED_OVER_LENGTH_MIN_BYTES) {
            CompressionThreads.offer(block);
        }
        return true;
    }

    /** Waits for the first block; as it is if it does not get smaller, and good until {@link #removeFirst}. */
    public EncodedBlock first() {
        PendingBlock first = blocks.element();
        first.await(own);
        return first.encoded();
    }

    /** Why the first block, which was waited for, was not even tried to the end: a bug. */
    public Optional<Throwable> faultOfFirst() {
        return blocks.element().fault();
    }

    /** Takes the first block out, which was waited for. */
    public void removeFirst() {
        PendingBlock first = blocks.remove();
        own.note(first.gotSmaller());
        lengthBytes -= first.lengthBytes();
        stock.give(first);
    }

    /** Takes all blocks out, whatever becomes of them. */
    public void clear() {
        while (!blocks.isEmpty()) {
            first();
            removeFirst();
        }
    }
}
