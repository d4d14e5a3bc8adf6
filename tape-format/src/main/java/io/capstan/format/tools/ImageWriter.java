package io.capstan.format.tools;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the objects of a tape in one image format. One owner thread; the stream is the caller's to close. */
interface ImageWriter {

    /**
     * @param data borrowed; the block is its first {@code lengthBytes}
     * @param lengthBytes 1 to 16 MiB - 1
     */
    void block(byte[] data, int lengthBytes) throws IOException;

    void filemark() throws IOException;

    /**
     * Writes something in the place of a block that could not be read, marked bad if the format has a way to say so.
     *
     * @param zeros borrowed; {@code lengthBytes} or more of zeros
     * @param lengthBytes of the block, or 1 if that is not known either
     */
    void unreadable(byte[] zeros, int lengthBytes) throws IOException;

    static ImageWriter of(ImageFormat format, OutputStream target) {
        return switch (format) {
            case PLAIN -> new PlainImageWriter(target);
            case SIMH -> new SimhImageWriter(target);
            case AWSTAPE -> new AwstapeImageWriter(target);
        };
    }
}
