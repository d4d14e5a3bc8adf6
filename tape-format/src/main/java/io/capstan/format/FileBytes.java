package io.capstan.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes of a file by offset, through one buffer of bounded size. One owner thread. */
final class FileBytes {

    private static final int BUFFER_LENGTH_BYTES = 256 * 1024;

    private final FileSource file;
    private final String source;
    private final long lengthBytes;
    private final byte[] buffer;
    private final MemorySegment bufferBytes;
    private long bufferedFrom;
    private int bufferedBytes;

    FileBytes(FileSource file, String source) throws IOException {
        this.file = file;
        this.source = source;
        this.lengthBytes = file.lengthBytes();
        this.buffer = new byte[(int) Math.min(BUFFER_LENGTH_BYTES, lengthBytes)];
        this.bufferBytes = MemorySegment.ofArray(buffer);
    }

    /** Length of the file when this was made. */
    long lengthBytes() {
        return lengthBytes;
    }

    String source() {
        return source;
    }

    /**
     * Makes bytes of the file available at {@link #indexOf} in {@link #buffered}, until the next call.
     *
     * @param length at most 4096
     * @param readAheadBytes bytes to read if they have to be read, at most the buffer
     */
    void require(long offset, int length, int readAheadBytes) throws IOException {
        if (offset >= bufferedFrom && offset + length <= bufferedFrom + bufferedBytes) {
            return;
        }
        int wanted = Math.max(length, readAheadBytes);
        int available = (int) Math.min(Math.min(wanted, buffer.length), lengthBytes - offset);
        bufferedBytes = 0;
        if (available < length) {
            throw cutOff(offset);
        }
        readFully(bufferBytes.asSlice(0, available), offset);
        bufferedFrom = offset;
        bufferedBytes = available;
    }

    void require(long offset, int length) throws IOException {
        require(offset, length, BUFFER_LENGTH_BYTES);
    }

    MemorySegment buffered() {
        return bufferBytes;
    }

    long indexOf(long offset) {
        return offset - bufferedFrom;
    }

    /** Takes bytes of the file into a checksum. */
    void addTo(CRC32C crc, long offset, long length) throws IOException {
        long end = offset + length;
        long position = offset;
        while (position < end) {
            require(position, 1);
            int index = (int) indexOf(position);
            int step = (int) Math.min(end - position, bufferedBytes - index);
            crc.update(buffer, index, step);
            position += step;
        }
    }

    /** Whether every byte from {@code offset} to the end of the file is zero. */
    boolean isZeroFrom(long offset) throws IOException {
        for (long position = offset; position < lengthBytes; position++) {
            require(position, 1);
            if (buffer[(int) indexOf(position)] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills {@code target} with bytes of the file, past the buffer. */
    void readFully(MemorySegment target, long offset) throws IOException {
        int count = file.read(offset, target);
        if (count < target.byteSize()) {
            throw cutOff(offset + count);
        }
    }

    /** As {@link FileSource#view}. */
    List<MemorySegment> view(long offset, int length) {
        return file.view(offset, length);
    }

    private FormatException cutOff(long offset) {
        return new FormatException(source, offset, "file length", "file is cut off");
    }
}
