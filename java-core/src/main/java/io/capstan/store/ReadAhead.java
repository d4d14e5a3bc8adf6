package io.capstan.store;

import io.capstan.buffer.LentBytes;
import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that is read ahead of whoever reads it from front to back. While reads follow one another, the next few
 * stretches of the file are read into buffers, in whole pages, past the page cache where the file has that; a read is then
 * a copy, or the bytes are lent where they are. Reads here and there go to the file itself.
 *
 * <p>A stretch that could not be read is forgotten, and what is asked for is read by itself: only a fault in what was asked
 * for is the caller's. One owner thread at a time.
 */
final class ReadAhead implements FileSource {

    /** The most that one read of the disk takes; half of it where buffers are short. */
    static final int STRETCH_BYTES = 2 << 20;

    /** Stretches that are there or under way. More gain nothing on a disk of 1.5 GB/s. */
    private static final int STRETCHES_MAX = 3;

    /** Bytes read in order before it counts as reading from front to back. */
    private static final int SEQUENTIAL_MIN_BYTES = 512 << 10;

    /** Readers look at headers, skip fill bytes, and look again: so far a read may be off the end of the one before. */
    private static final int SLACK_BYTES = 2 * FileIo.PAGE_BYTES;

    private final FileIo.OpenFile file;
    private final WriteBuffers buffers;
    private final long lengthBytes;

    /** In order and without gaps; all whole pages, but for the end of the file. */
    private final ArrayDeque<Stretch> stretches = new ArrayDeque<>();

    /** What lies under {@link #viewedPieces}; empty when that is over. */
    private List<Stretch> viewed = List.of();

    private List<MemorySegment> viewedPieces = List.of();
    private long endOfLastRead;
    private long sequentialBytes;

    /** A part of the file, and who uses it: loans, and whoever has it among {@link #stretches}. */
    private static final class Stretch {
        private final long position;
        private final int lengthBytes;
        private final MemorySegment buffer;
        private final Future<Integer> count;
        private final AtomicInteger users = new AtomicInteger(1);

        /** Somebody may go on using the buffer who does not say when it is over. */
        private volatile boolean abandoned;

        Stretch(long position, int lengthBytes, MemorySegment buffer, Future<Integer> count) {
            this.position = position;
            this.lengthBytes = lengthBytes;
            this.buffer = buffer;
            this.count = count;
        }

        long end() {
            return position + lengthBytes;
        }

        /** Its bytes within a range of the file that begins before its end, and ends behind its beginning. */
        MemorySegment within(long from, long to) {
            long begin = Math.max(from, position);
            return buffer.asSlice(begin - position, Math.min(to, end()) - begin);
        }

        boolean isThere() {
            try {
                return DiskThreads.await(count) >= lengthBytes;
            } catch (IOException e) {
                return false;
            }
        }

        /** Ends one use; the last one gives the buffer back. Any thread. */
        void leave(WriteBuffers buffers) {
            if (users.decrementAndGet() > 0) {
                return;
            }
            if (abandoned) {
                buffers.abandon(buffer);
            } else {
                buffers.give(buffer);
            }
        }
    }

    /** Bytes of stretches, which stay as they are until their users have all gone. */
    private record Loan(List<MemorySegment> pieces, List<Stretch> lenders, WriteBuffers buffers)
            implements LentBytes {

        @Override
        public void giveBack() {
            lenders.forEach(stretch -> stretch.leave(buffers));
        }

        @Override
        public void abandon() {
            lenders.forEach(stretch -> stretch.abandoned = true);
            giveBack();
        }
    }

    /**
     * @param file given: closed with this, and also when this throws
     */
    ReadAhead(FileIo.OpenFile file, WriteBuffers buffers) throws IOException {
        this.file = file;
        this.buffers = buffers;
        try {
            this.lengthBytes = file.lengthBytes();
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public int read(long position, MemorySegment target) throws IOException {
        viewed = List.of();
        follow(position, target.byteSize());
        long end = Math.min(position + target.byteSize(), lengthBytes);
        forgetBefore(Math.min(position, end));
        if (sequentialBytes >= SEQUENTIAL_MIN_BYTES && readsAhead(position, end)) {
            return copy(position, end, target);
        }
        return file.read(position, target);
    }

    private void follow(long position, long length) {
        boolean follows = follows(position);
        sequentialBytes = follows ? sequentialBytes + length : 0;
        endOfLastRead = position + length;
        if (!follows) {
            forgetAll();
        }
    }

    private boolean follows(long position) {
        return Math.abs(position - endOfLastRead) <= SLACK_BYTES;
    }

    private void forgetBefore(long position) {
        while (!stretches.isEmpty() && stretches.getFirst().end() <= position - SLACK_BYTES) {
            release(stretches.removeFirst());
        }
    }

    /** Sees to it that stretches are there up to {@code end} and beyond, and says whether they are. */
    private boolean readsAhead(long position, long end) {
        if (stretches.isEmpty() && position < end) {
            begin(position / FileIo.PAGE_BYTES * FileIo.PAGE_BYTES);
        }
        while (!stretches.isEmpty()
                && stretches.getLast().end() < lengthBytes
                && (stretches.getLast().end() < end || stretches.size() < STRETCHES_MAX)) {
            begin(stretches.getLast().end());
        }
        return !stretches.isEmpty() && stretches.getFirst().position <= position && position < end;
    }

    private void begin(long position) {
        MemorySegment buffer = buffers.take(STRETCH_BYTES / 2);
        int room = buffer.byteSize() < STRETCH_BYTES ? STRETCH_BYTES / 2 : STRETCH_BYTES;
        int length = (int) Math.min(room, lengthBytes - position);
        // Whole pages also at the end of the file, where fewer bytes come.
        int pages = (length + FileIo.PAGE_BYTES - 1) / FileIo.PAGE_BYTES * FileIo.PAGE_BYTES;
        Future<Integer> count =
                DiskThreads.submit(() -> file.read(position, buffer.asSlice(0, pages)));
        stretches.add(new Stretch(position, length, buffer, count));
    }

    private int copy(long position, long end, MemorySegment target) throws IOException {
        long at = position;
        for (Stretch stretch : stretches) {
            if (at < end && at < stretch.end()) {
                if (!stretch.isThere()) {
                    forgetAll();
                    return file.read(position, target);
                }
                MemorySegment bytes = stretch.within(at, end);
                MemorySegment.copy(bytes, 0, target, at - position, bytes.byteSize());
                at += bytes.byteSize();
            }
        }
        return (int) (at - position);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Shows bytes while reads follow one another. Where it shows nothing, everything is as if it had not been called.
     */
    @Override
    public List<MemorySegment> view(long position, int lengthBytes) {
        long end = position + lengthBytes;
        viewed = List.of();
        if (!follows(position)
                || end > this.lengthBytes
                || sequentialBytes < SEQUENTIAL_MIN_BYTES) {
            return List.of();
        }
        forgetBefore(position);
        if (!readsAhead(position, end)) {
            return List.of();
        }
        List<Stretch> lenders = new ArrayList<>(2);
        List<MemorySegment> pieces = new ArrayList<>(2);
        for (Stretch stretch : stretches) {
            if (stretch.position < end && stretch.end() > position) {
                if (!stretch.isThere()) {
                    return List.of();
                }
                lenders.add(stretch);
                pieces.add(stretch.within(position, end));
            }
        }
        follow(position, lengthBytes);
        viewed = lenders;
        viewedPieces = pieces;
        return pieces;
    }

    /** Whether bytes, and those in front of them from where the last read ended, are in memory: no call will wait for them. */
    boolean isAhead(long from, long end) {
        if (!follows(from) || end > lengthBytes || stretches.isEmpty()) {
            return false;
        }
        for (Stretch stretch : stretches) {
            if (stretch.position < end && stretch.end() > from && !stretch.count.isDone()) {
                return false;
            }
        }
        return stretches.getFirst().position <= from && end <= stretches.getLast().end();
    }

    /**
     * Lends what {@link #view} has shown last.
     *
     * @throws IllegalStateException if it showed nothing, or something was called since
     */
    LentBytes lendViewed() {
        if (viewed.isEmpty()) {
            throw new IllegalStateException("nothing was viewed");
        }
        List<Stretch> lenders = viewed;
        for (Stretch stretch : lenders) {
            stretch.users.incrementAndGet();
        }
        viewed = List.of();
        return new Loan(viewedPieces, lenders, buffers);
    }

    private void forgetAll() {
        while (!stretches.isEmpty()) {
            release(stretches.removeFirst());
        }
    }

    /** A read that failed may have been given up and not be over; its buffer is not used again. */
    private void release(Stretch stretch) {
        if (!stretch.isThere()) {
            stretch.abandoned = true;
        }
        stretch.leave(buffers);
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void close() throws IOException {
        forgetAll();
        file.close();
    }
}
