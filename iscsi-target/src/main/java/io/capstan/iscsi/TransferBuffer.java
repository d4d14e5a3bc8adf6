package io.capstan.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for the data of one command: the same bytes for Netty, which fills or sends them, and for the logical unit.
 *
 * <p>Taken from a {@link TransferBufferPool} and given back to it by one owner at a time.
 */
final class TransferBuffer {

    private static final long ALIGNMENT_BYTES = 4096;

    private final MemorySegment segment;
    private final ByteBuf bytes;

    // An automatic arena: Netty may hold a slice for a read that the kernel has not given up yet,
    // and closing a shared arena stops every thread of the VM.
    TransferBuffer(int capacityBytes) {
        segment = Arena.ofAuto().allocate(capacityBytes, ALIGNMENT_BYTES);
        bytes = Unpooled.wrappedBuffer(segment.asByteBuffer());
    }

    int capacityBytes() {
        return (int) segment.byteSize();
    }

    /** The first {@code lengthBytes}, for a logical unit. */
    MemorySegment segment(long lengthBytes) {
        return segment.asSlice(0, lengthBytes);
    }

    /** A place to read {@code lengthBytes} into, with nothing in it yet; the caller releases it. */
    ByteBuf place(int offsetBytes, int lengthBytes) {
        return bytes.retainedSlice(offsetBytes, lengthBytes).writerIndex(0);
    }

    /** Bytes to send; the caller releases them. */
    ByteBuf content(int offsetBytes, int lengthBytes) {
        return bytes.retainedSlice(offsetBytes, lengthBytes);
    }

    /** Whether Netty holds a part of it. */
    boolean isShared() {
        return bytes.refCnt() > 1;
    }
}
