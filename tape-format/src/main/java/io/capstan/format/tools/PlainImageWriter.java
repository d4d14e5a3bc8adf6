package io.capstan.format.tools;

import java.io.IOException;
import java.io.OutputStream;

/** The blocks one after the other. */
final class PlainImageWriter implements ImageWriter {

    private final OutputStream target;

    PlainImageWriter(OutputStream target) {
        this.target = target;
    }

    @Override
    public void block(byte[] data, int lengthBytes) throws IOException {
        target.write(data, 0, lengthBytes);
    }

    @Override
    public void filemark() {
        // has no place in a plain file
    }

    @Override
    public void unreadable(byte[] zeros, int lengthBytes) throws IOException {
        target.write(zeros, 0, lengthBytes);
    }
}
