package io.capstan.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The Data-In Buffer of one command: where the device server puts what the initiator gets, and how much of it counts.
 *
 * <p>The one place for allocation-length and residual arithmetic: a response is cut off at the allocation length and at
 * the transport's buffer, and {@link #transferredBytes()} tells the transport how many bytes from the start are valid.
 * The memory is borrowed from the transport until the command completes; bytes beyond those transferred may hold an
 * earlier command's data and must never reach the initiator.
 *
 * @see "SPC-6, 4.2.5.6 allocation length"
 */
public final class DataIn {

    private final List<MemorySegment> segments;
    private final long capacityBytes;
    private final boolean borrows;

    /** In place of the first bytes of this buffer. */
    private @Nullable LentBytes loan;

    private long transferredBytes;
    private long offeredBytes;

    /**
     * @param segments pieces in order, borrowed until the command completes
     */
    public DataIn(List<MemorySegment> segments) {
        this(segments, false);
    }

    private DataIn(List<MemorySegment> segments, boolean borrows) {
        this.segments = List.copyOf(segments);
        long bytes = 0;
        for (MemorySegment segment : this.segments) {
            bytes += segment.byteSize();
        }
        this.capacityBytes = bytes;
        this.borrows = borrows;
    }

    /**
     * The Data-In Buffer of a transport that can send memory of others. When the command completed it asks {@link #loan}, and
     * gives back what it gets.
     *
     * @param segment as long as the command's data may be, borrowed until the command completes
     */
    public static DataIn borrowing(MemorySegment segment) {
        return new DataIn(List.of(segment), true);
    }

    /** The Data-In Buffer of a command that asks for nothing. */
    public static DataIn none() {
        return new DataIn(List.of());
    }

    /** A Data-In Buffer over {@code bytes}, which are not copied. */
    public static DataIn of(byte[] bytes) {
        return new DataIn(List.of(MemorySegment.ofArray(bytes)));
    }

    /** Bytes the transport can take, over all pieces. */
    public long capacityBytes() {
        return capacityBytes;
    }

    /** Valid bytes from the start of the buffer; 0 until something is put. */
    public long transferredBytes() {
        return transferredBytes;
    }

    /**
     * Puts a response at the start, cut off at {@code allocationLength} and at the transport's buffer.
     *
     * @param response the whole response, borrowed
     * @param allocationLength what the CDB allows
     */
    public void put(byte[] response, long allocationLength) {
        long lengthBytes = Math.min(response.length, Math.min(allocationLength, capacityBytes));
        int at = 0;
        for (MemorySegment piece : slice(0, lengthBytes)) {
            int pieceLength = (int) piece.byteSize();
            MemorySegment.copy(response, at, piece, ValueLayout.JAVA_BYTE, 0, pieceLength);
            at += pieceLength;
        }
        transferredBytes = lengthBytes;
        offeredBytes = Math.min(response.length, allocationLength);
    }

    /**
     * The range from {@code offset} as pieces of the transport's memory, to read into directly; follow with {@link
     * #transferred}.
     *
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public List<MemorySegment> slice(long offset, long lengthBytes) {
        LentBytes lent = loan;
        if (lent != null) {
            loan = null;
            copy(lent);
        }
        return Pieces.slice(segments, capacityBytes, offset, lengthBytes);
    }

    /** Only a buffer of one piece borrows. */
    private void copy(LentBytes lent) {
        long at = 0;
        for (MemorySegment piece : lent.pieces()) {
            MemorySegment.copy(piece, 0, segments.getFirst(), at, piece.byteSize());
            at += piece.byteSize();
        }
        lent.giveBack();
    }

    /**
     * Whether data may be lent in place of being copied: only from the start of the buffer, by who fills it whole or not at
     * all.
     *
     * @param lengthMaxBytes of what is wanted at {@code offset}
     */
    public boolean takesLoan(long offset, long lengthMaxBytes) {
        return borrows && loan == null && offset == 0 && lengthMaxBytes == capacityBytes;
    }

    /**
     * Puts bytes at the start of the buffer without copying them; follow with {@link #transferred}. Whoever asks for a {@link
     * #slice} after that finds them copied.
     *
     * @param bytes given; no more than this buffer has room for
     * @throws IllegalStateException if {@link #takesLoan} was not asked
     */
    public void lend(LentBytes bytes) {
        if (!takesLoan(0, capacityBytes)) {
            throw new IllegalStateException("nothing can be lent to this buffer");
        }
        loan = bytes;
    }

    /**
     * The memory that the transferred bytes are in, if it is not this buffer's own; the caller, who gives it back, is the only
     * one who gets it.
     */
    public @Nullable LentBytes loan() {
        LentBytes lent = loan;
        loan = null;
        return lent;
    }

    /**
     * Declares the first {@code lengthBytes} valid, and everything behind them not.
     *
     * @throws IndexOutOfBoundsException if the buffer is shorter
     */
    public void transferred(long lengthBytes) {
        Objects.checkFromIndexSize(0, lengthBytes, capacityBytes);
        transferredBytes = lengthBytes;
        offeredBytes = lengthBytes;
    }

    /** Declares how many bytes there would be if the transport's buffer had room for all that the CDB asks for. */
    public void offered(long lengthBytes) {
        offeredBytes = lengthBytes;
    }

    /** Bytes there would be in a buffer large enough; more than {@link #transferredBytes} where it was too small. */
    public long offeredBytes() {
        return offeredBytes;
    }
}
