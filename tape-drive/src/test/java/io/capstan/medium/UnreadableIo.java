package io.capstan.medium;

import io.capstan.store.FileIo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A disk of which one directory tree cannot be listed, as when a disk behind it is gone for the moment. */
record UnreadableIo(FileIo io, Path unreadable) implements FileIo {

    @Override
    public OpenFile create(Path file) throws IOException {
        return io.create(file);
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        return io.openToRead(file);
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        return io.openToWrite(file);
    }

    @Override
    public boolean exists(Path path) {
        return io.exists(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (directory.startsWith(unreadable)) {
            throw new IOException("simulated: " + directory + " does not answer");
        }
        return io.list(directory);
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        io.makeDirectories(directory);
    }

    @Override
    public void delete(Path path) throws IOException {
        io.delete(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        io.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        io.forceDirectory(directory);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return io.freeBytes(directory);
    }
}
