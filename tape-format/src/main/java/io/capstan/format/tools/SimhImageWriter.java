package io.capstan.format.tools;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A SIMH magnetic tape image.
 *
 * <pre>
 * block      u32 length | data | a zero if the length is odd | u32 length
 * tape mark  u32 0
 * bad block  as a block, with bit 31 of both lengths set
 * </pre>
 *
 * <p>Little-endian; lengths have 24 bits. The end of the file is the end of the medium.
 *
 * @see "SIMH Magtape Representation and Handling, Bob Supnik, 2017-05-05"
 */
final class SimhImageWriter implements ImageWriter {

    private static final int BAD_BLOCK = 0x8000_0000;
    private static final int TAPE_MARK = 0;

    private final OutputStream target;

    SimhImageWriter(OutputStream target) {
        this.target = target;
    }

    @Override
    public void block(byte[] data, int lengthBytes) throws IOException {
        write(data, lengthBytes, lengthBytes);
    }

    @Override
    public void filemark() throws IOException {
        u32(TAPE_MARK);
    }

    @Override
    public void unreadable(byte[] zeros, int lengthBytes) throws IOException {
        write(zeros, lengthBytes, lengthBytes | BAD_BLOCK);
    }

    private void write(byte[] data, int lengthBytes, int marker) throws IOException {
        u32(marker);
        target.write(data, 0, lengthBytes);
        if ((lengthBytes & 1) != 0) {
            target.write(0);
        }
        u32(marker);
    }

    private void u32(int value) throws IOException {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            target.write(value >>> shift);
        }
    }
}
