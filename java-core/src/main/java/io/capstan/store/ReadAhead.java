package io.capstan.store;

import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.Future;

/**
 * A file that is read ahead of whoever reads it from front to back. While reads follow one another, the next few
 * stretches of the file are read into buffers, in whole pages, past the page cache where the file has that; a read is then
 * a copy. Reads here and there go to the file itself.
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

    private long endOfLastRead;
    private long sequentialBytes;

    private record Stretch(
            long position, int lengthBytes, MemorySegment buffer, Future<Integer> count) {

        long end() {
            return position + lengthBytes;
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
        follow(position, target.byteSize());
        long end = Math.min(position + target.byteSize(), lengthBytes);
        forgetBefore(Math.min(position, end));
        if (sequentialBytes >= SEQUENTIAL_MIN_BYTES && readsAhead(position, end)) {
            return copy(position, end, target);
        }
        return file.read(position, target);
    }

    private void follow(long position, long length) {
        boolean follows = Math.abs(position - endOfLastRead) <= SLACK_BYTES;
        sequentialBytes = follows ? sequentialBytes + length : 0;
        endOfLastRead = position + length;
        if (!follows) {
            forgetAll();
        }
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
        return !stretches.isEmpty()
                && stretches.getFirst().position() <= position
                && position < end;
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
            if (at >= end) {
                break;
            }
            if (at >= stretch.end()) {
                continue;
            }
            long from = at - stretch.position();
            long length = Math.min(end, stretch.end()) - at;
            if (!isThere(stretch)) {
                forgetAll();
                return file.read(position, target);
            }
            MemorySegment.copy(stretch.buffer(), from, target, at - position, length);
            at += length;
        }
        return (int) (at - position);
    }

    private static boolean isThere(Stretch stretch) {
        try {
            return DiskThreads.await(stretch.count()) >= stretch.lengthBytes();
        } catch (IOException e) {
            return false;
        }
    }

    private void forgetAll() {
        while (!stretches.isEmpty()) {
            release(stretches.removeFirst());
        }
    }

    /** A read that failed may have been given up and not be over; its buffer is not used again. */
    private void release(Stretch stretch) {
        if (isThere(stretch)) {
            buffers.give(stretch.buffer());
        } else {
            buffers.abandon(stretch.buffer());
        }
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
