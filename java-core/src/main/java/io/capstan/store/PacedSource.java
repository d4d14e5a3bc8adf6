package io.capstan.store;

import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A file that is read at a bounded pace. */
record PacedSource(FileSource file, Pace pace) implements FileSource {

    @Override
    public int read(long position, MemorySegment target) throws IOException {
        pace.await(target.byteSize());
        return file.read(position, target);
    }

    @Override
    public long lengthBytes() throws IOException {
        return file.lengthBytes();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
