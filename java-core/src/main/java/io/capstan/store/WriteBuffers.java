package io.capstan.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Write buffers for reuse: page-aligned, outside the heap, touched before first use, because the first touch of memory
 * costs more than the copy into it. Any thread.
 */
final class WriteBuffers {

    static final int LENGTH_BYTES = 1 << 20;

    private static final int ALIGNMENT_BYTES = 4096;
    private static final int IDLE_MAX = 64;

    private final ArrayDeque<MemorySegment> idle = new ArrayDeque<>();

    /** A buffer of {@link #LENGTH_BYTES}, with whatever it held last. */
    MemorySegment take() {
        synchronized (idle) {
            MemorySegment buffer = idle.poll();
            if (buffer != null) {
                return buffer;
            }
        }
        return allocate(LENGTH_BYTES);
    }

    /** A buffer of a special size, not kept for reuse. */
    static MemorySegment allocate(long lengthBytes) {
        return Arena.ofAuto().allocate(lengthBytes, ALIGNMENT_BYTES);
    }

    /** Gives a buffer back; nobody may use it any more. */
    void give(MemorySegment buffer) {
        synchronized (idle) {
            if (buffer.byteSize() == LENGTH_BYTES && idle.size() < IDLE_MAX) {
                idle.push(buffer);
            }
        }
    }
}
