package io.capstan.format.tools;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An AWSTAPE image: segments of up to 65,535 bytes, each with a header of six bytes.
 *
 * <pre>
 * 0  |  length of this segment, u16   |  length of the segment before, u16  |  flags  |  0  |
 *
 * flags: 80h first segment of a block, 20h last segment of a block, 40h tape mark (length 0)
 * </pre>
 *
 * <p>Little-endian. The format has no way to mark a block bad.
 */
final class AwstapeImageWriter implements ImageWriter {

    private static final int SEGMENT_LENGTH_MAX = 0xFFFF;
    private static final int FLAG_FIRST = 0x80;
    private static final int FLAG_TAPE_MARK = 0x40;
    private static final int FLAG_LAST = 0x20;

    private final OutputStream target;
    private int previousLengthBytes;

    AwstapeImageWriter(OutputStream target) {
        this.target = target;
    }

    @Override
    public void block(byte[] data, int lengthBytes) throws IOException {
        for (int done = 0; done < lengthBytes; ) {
            int segment = Math.min(SEGMENT_LENGTH_MAX, lengthBytes - done);
            boolean last = done + segment == lengthBytes;
            header(segment, (done == 0 ? FLAG_FIRST : 0) | (last ? FLAG_LAST : 0));
            target.write(data, done, segment);
            done += segment;
        }
    }

    @Override
    public void filemark() throws IOException {
        header(0, FLAG_TAPE_MARK);
    }

    @Override
    public void unreadable(byte[] zeros, int lengthBytes) throws IOException {
        block(zeros, lengthBytes);
    }

    private void header(int lengthBytes, int flags) throws IOException {
        u16(lengthBytes);
        u16(previousLengthBytes);
        target.write(flags);
        target.write(0);
        previousLengthBytes = lengthBytes;
    }

    private void u16(int value) throws IOException {
        target.write(value);
        target.write(value >>> Byte.SIZE);
    }
}
