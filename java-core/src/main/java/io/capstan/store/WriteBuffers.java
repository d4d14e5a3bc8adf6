package io.capstan.store;

import io.capstan.buffer.LargePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Buffers for reuse: in large pages, outside the heap, touched before first use, because the first touch of memory costs
 * more than the copy into it. Any thread.
 *
 * <p>Their sizes are {@link #SHORT_BYTES} and its doubles, up to what the longest block needs. While few are lent, nobody gets
 * one shorter than {@link #LENGTH_BYTES}; with many drives at work, each has to do with less.
 */
final class WriteBuffers {

    /** Four blocks of 256 KiB and their headers go into one, or one of 1 MiB. */
    private static final int SHORT_BYTES = (1 << 20) + (32 << 10);

    /** Writes of this size keep a disk busy. */
    static final int LENGTH_BYTES = 2 * SHORT_BYTES;

    private static final int SIZE_COUNT = 5;
    private static final int USUAL_SIZE = 1;

    /** What a dozen busy drives have. */
    private static final long LENT_FEW_BYTES = 64L * LENGTH_BYTES;

    /** What three or four writers with much under way have. */
    private static final long LENT_PLENTY_BYTES = 48L * LENGTH_BYTES;

    private static final long IDLE_MAX_BYTES = 32L * LENGTH_BYTES;

    private final List<ArrayDeque<MemorySegment>> idle = new ArrayList<>();
    private long idleBytes;
    private long lentBytes;

    WriteBuffers() {
        for (int size = 0; size < SIZE_COUNT; size++) {
            idle.add(new ArrayDeque<>());
        }
    }

    /** A buffer of at least so many bytes, with whatever it held last. */
    MemorySegment take(long lengthBytes) {
        int size = sizeFor(lengthBytes);
        synchronized (idle) {
            if (lentBytes < LENT_FEW_BYTES) {
                size = Math.max(size, USUAL_SIZE);
            }
            lentBytes += (long) SHORT_BYTES << size;
            MemorySegment buffer = idle.get(size).poll();
            if (buffer != null) {
                idleBytes -= buffer.byteSize();
                return buffer;
            }
        }
        return LargePages.allocate((long) SHORT_BYTES << size);
    }

    private static int sizeFor(long lengthBytes) {
        for (int size = 0; size < SIZE_COUNT; size++) {
            if (lengthBytes <= (long) SHORT_BYTES << size) {
                return size;
            }
        }
        throw new IllegalArgumentException("no buffer has " + lengthBytes + " bytes");
    }

    /** Whether so few are lent that a writer may have more than it needs to keep its disk busy. */
    boolean isPlenty() {
        synchronized (idle) {
            return lentBytes < LENT_PLENTY_BYTES;
        }
    }

    /** A buffer that is not kept for reuse. */
    static MemorySegment allocate(long lengthBytes) {
        return Arena.ofAuto().allocate(lengthBytes, FileIo.PAGE_BYTES);
    }

    /** Gives a buffer from {@link #take} back; nobody may use it any more. */
    void give(MemorySegment buffer) {
        synchronized (idle) {
            lentBytes -= buffer.byteSize();
            if (idleBytes + buffer.byteSize() <= IDLE_MAX_BYTES) {
                idleBytes += buffer.byteSize();
                idle.get(sizeFor(buffer.byteSize())).push(buffer);
            }
        }
    }

    /** Leaves a buffer from {@link #take} to the garbage collector: somebody may be using it still. */
    void abandon(MemorySegment buffer) {
        synchronized (idle) {
            lentBytes -= buffer.byteSize();
        }
    }

    /** Bytes of buffers that were taken, and neither given back nor abandoned. */
    long lentBytes() {
        synchronized (idle) {
            return lentBytes;
        }
    }
}
