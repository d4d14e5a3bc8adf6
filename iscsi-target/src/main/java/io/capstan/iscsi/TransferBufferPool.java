package io.capstan.iscsi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of all sessions, by powers of two. Any thread.
 *
 * <p>Buffers are kept because memory that is touched for the first time costs several times what a transfer does. The
 * number of bytes lent is bounded: {@link #tryTake} gives nothing once it is reached, and whoever asked answers TASK SET
 * FULL. What is kept unused is bounded too, and left to the garbage collector beyond that.
 */
final class TransferBufferPool {

    private static final int SMALLEST_SHIFT = 12;

    private final List<Deque<TransferBuffer>> unused = new ArrayList<>();
    private final int largestShift;
    private final long lentMaxBytes;
    private final long unusedMaxBytes;
    private final LongAdder made;
    private long lentBytes;
    private long unusedBytes;

    /**
     * @param largestBytes of one buffer
     * @param lentMaxBytes of all buffers lent at one time
     * @param unusedMaxBytes kept for the next command
     * @param made counts buffers made
     */
    TransferBufferPool(int largestBytes, long lentMaxBytes, long unusedMaxBytes, LongAdder made) {
        this.largestShift = shift(largestBytes);
        this.lentMaxBytes = lentMaxBytes;
        this.unusedMaxBytes = unusedMaxBytes;
        this.made = made;
        for (int shift = SMALLEST_SHIFT; shift <= largestShift; shift++) {
            unused.add(new ArrayDeque<>());
        }
    }

    /**
     * A buffer of at least {@code lengthBytes}, its content undefined; null when too much is lent.
     *
     * @throws IllegalArgumentException if it would be larger than the largest
     */
    synchronized @Nullable TransferBuffer tryTake(int lengthBytes) {
        int shift = shift(lengthBytes);
        if (shift > largestShift) {
            throw new IllegalArgumentException("no buffers of " + lengthBytes + " bytes");
        }
        long bytes = 1L << shift;
        if (lentBytes + bytes > lentMaxBytes) {
            return null;
        }
        lentBytes += bytes;
        TransferBuffer buffer = unused.get(shift - SMALLEST_SHIFT).pollLast();
        if (buffer == null) {
            made.increment();
            return new TransferBuffer((int) bytes);
        }
        unusedBytes -= bytes;
        return buffer;
    }

    /** Takes a buffer back. One that Netty still holds a part of is left to the garbage collector. */
    synchronized void give(TransferBuffer buffer) {
        int bytes = buffer.capacityBytes();
        lentBytes -= bytes;
        if (!buffer.isShared() && unusedBytes + bytes <= unusedMaxBytes) {
            unusedBytes += bytes;
            unused.get(shift(bytes) - SMALLEST_SHIFT).addLast(buffer);
        }
    }

    /** Bytes lent now. */
    synchronized long lentBytes() {
        return lentBytes;
    }

    private static int shift(int lengthBytes) {
        return Math.max(
                SMALLEST_SHIFT,
                Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(lengthBytes, 1) - 1));
    }
}
