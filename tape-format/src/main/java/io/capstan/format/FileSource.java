package io.capstan.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** A file as its readers need it: bytes by offset. One owner thread at a time. */
public interface FileSource extends AutoCloseable {

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @param target borrowed until return
     * @return bytes read, 0 at or behind the end
     */
    int read(long position, MemorySegment target) throws IOException;

    /**
     * Shows bytes where they are in memory already.
     *
     * @return {@code lengthBytes} bytes from {@code position} on, in order, good until the next call of any method here; empty
     *     if they are not in memory, or not all
     */
    default List<MemorySegment> view(long position, int lengthBytes) {
        return List.of();
    }

    long lengthBytes() throws IOException;

    @Override
    void close() throws IOException;

    /** A channel as a source; closing the source closes the channel. */
    static FileSource of(FileChannel channel) {
        return new ChannelSource(channel);
    }

    /**
     * Bytes as a source.
     *
     * @param bytes lent until the source is closed
     */
    static FileSource of(byte[] bytes) {
        return new BytesSource(bytes);
    }

    /** Positional reads of a channel. */
    record ChannelSource(FileChannel channel) implements FileSource {

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            ByteBuffer bytes = target.asByteBuffer();
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position + bytes.position()) < 0) {
                    break;
                }
            }
            return bytes.position();
        }

        @Override
        public long lengthBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Positional reads of an array. */
    record BytesSource(byte[] bytes) implements FileSource {

        @Override
        public int read(long position, MemorySegment target) {
            int from = (int) Math.min(position, bytes.length);
            int count = (int) Math.min(target.byteSize(), bytes.length - from);
            MemorySegment.copy(MemorySegment.ofArray(bytes), from, target, 0, count);
            return count;
        }

        @Override
        public long lengthBytes() {
            return bytes.length;
        }

        @Override
        public void close() {}
    }
}
