package io.capstan.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The Data-Out Buffer of one command: what the initiator sent, in one or several pieces of transport memory.
 *
 * <p>The segments are borrowed from the transport until the command completes; nobody may keep them longer. Its length
 * is the transport's buffer length, which need not be what the CDB says: whoever decodes the command compares the two.
 *
 * @see "SAM-6, 5.3 Data-Out Buffer"
 */
public final class DataOut {

    /** The Data-Out Buffer of a command that sends nothing. */
    public static final DataOut NONE = new DataOut(List.of());

    private final List<MemorySegment> segments;
    private final long lengthBytes;
    private long wantedBytes;

    /**
     * @param segments pieces in order, borrowed until the command completes
     */
    public DataOut(List<MemorySegment> segments) {
        this.segments = List.copyOf(segments);
        long bytes = 0;
        for (MemorySegment segment : this.segments) {
            bytes += segment.byteSize();
        }
        this.lengthBytes = bytes;
        this.wantedBytes = lengthBytes;
    }

    /** A Data-Out Buffer over {@code bytes}, which are not copied. */
    public static DataOut of(byte[] bytes) {
        return new DataOut(List.of(MemorySegment.ofArray(bytes)));
    }

    /** Bytes the transport delivered, over all pieces. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Declares how many bytes the command takes by its CDB, which may be fewer or more than were delivered. */
    public void wanted(long commandLengthBytes) {
        if (this != NONE) {
            wantedBytes = commandLengthBytes;
        }
    }

    /** Bytes the command takes by its CDB, as far as the device server said; else those delivered. */
    public long wantedBytes() {
        return wantedBytes;
    }

    /** The pieces in order, borrowed until the command completes. */
    public List<MemorySegment> segments() {
        return segments;
    }

    /**
     * The range from {@code offset} as pieces of the transport's memory, without copying.
     *
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public List<MemorySegment> slice(long offset, long rangeLengthBytes) {
        return Pieces.slice(segments, lengthBytes, offset, rangeLengthBytes);
    }

    /**
     * Copies the first {@code prefixLengthBytes} out, for parameter lists.
     *
     * @throws IndexOutOfBoundsException if this buffer is shorter
     */
    public byte[] toByteArray(int prefixLengthBytes) {
        byte[] copy = new byte[prefixLengthBytes];
        int at = 0;
        for (MemorySegment piece : slice(0, prefixLengthBytes)) {
            int pieceLength = (int) piece.byteSize();
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, copy, at, pieceLength);
            at += pieceLength;
        }
        return copy;
    }
}
