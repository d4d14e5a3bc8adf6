package io.capstan.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Files of all disks of a store: every call is made through the {@link Disk} that the path is on. */
final class DiskIo implements FileIo {

    private final FileIo io;
    private final List<Disk> disks = new CopyOnWriteArrayList<>();

    DiskIo(FileIo io) {
        this.io = io;
    }

    void add(Disk disk) {
        disks.add(disk);
    }

    private Disk diskOf(Path path) throws IOException {
        Disk found = null;
        for (Disk disk : disks) {
            // Of a disk and the one in its place, mounted at the same directory, the newer one
            // counts.
            if (path.startsWith(disk.directory())
                    && (found == null
                            || disk.directory().getNameCount()
                                    >= found.directory().getNameCount())) {
                found = disk;
            }
        }
        if (found == null) {
            throw new IOException(path + " is on no disk of the store");
        }
        return found;
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        Disk disk = diskOf(file);
        return new GuardedFile(disk, disk.change(() -> io.create(file)));
    }

    @Override
    public OpenFile createUncached(Path file) throws IOException {
        Disk disk = diskOf(file);
        return new GuardedFile(disk, disk.change(() -> io.createUncached(file)));
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        Disk disk = diskOf(file);
        return new GuardedFile(disk, disk.call(() -> io.openToRead(file)));
    }

    @Override
    public OpenFile openToReadUncached(Path file) throws IOException {
        Disk disk = diskOf(file);
        return new GuardedFile(disk, disk.call(() -> io.openToReadUncached(file)));
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        Disk disk = diskOf(file);
        return new GuardedFile(disk, disk.call(() -> io.openToWrite(file)));
    }

    @Override
    public boolean exists(Path path) {
        try {
            return diskOf(path).call(() -> io.exists(path));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return diskOf(directory).call(() -> io.list(directory));
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        diskOf(directory)
                .change(() -> {
                    io.makeDirectories(directory);
                    return true;
                });
    }

    @Override
    public void delete(Path path) throws IOException {
        diskOf(path)
                .change(() -> {
                    io.delete(path);
                    return true;
                });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        diskOf(to)
                .change(() -> {
                    io.rename(from, to);
                    return true;
                });
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        diskOf(directory)
                .change(() -> {
                    io.forceDirectory(directory);
                    return true;
                });
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return diskOf(directory).call(() -> io.freeBytes(directory));
    }

    /** An open file of a disk that may never answer. */
    private record GuardedFile(Disk disk, OpenFile file) implements OpenFile {

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            return disk.read(file, position, target);
        }

        @Override
        public long lengthBytes() throws IOException {
            return disk.read(file::lengthBytes);
        }

        @Override
        public void write(long position, MemorySegment source) throws IOException {
            disk.write(() -> {
                file.write(position, source);
                return true;
            });
        }

        @Override
        public void force() throws IOException {
            disk.write(() -> {
                file.force();
                return true;
            });
        }

        @Override
        public void truncate(long lengthBytes) throws IOException {
            disk.write(() -> {
                file.truncate(lengthBytes);
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            disk.close(file);
        }
    }
}
