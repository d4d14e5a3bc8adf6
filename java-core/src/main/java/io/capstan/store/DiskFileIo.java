package io.capstan.store;

import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The node's own disks, through {@link FileChannel}. */
public final class DiskFileIo implements FileIo {

    @Override
    public OpenFile create(Path file) throws IOException {
        return open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        return open(file, StandardOpenOption.READ);
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        return open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
        }
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        // Linux lets a directory be opened for reading, and fsync of it makes its names durable.
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    private static OpenFile open(Path file, StandardOpenOption... options) throws IOException {
        try {
            return new ChannelFile(FileChannel.open(file, options));
        } catch (IOException e) {
            throw asOutOfSpace(e);
        }
    }

    /** The JDK tells a full disk from other faults by the operating system's words alone. */
    private static IOException asOutOfSpace(IOException fault) {
        String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
        boolean outOfSpace =
                message.contains("no space left on device") || message.contains("quota exceeded");
        return outOfSpace
                ? new OutOfSpaceException(String.valueOf(fault.getMessage()), fault)
                : fault;
    }

    private record ChannelFile(FileChannel channel) implements OpenFile {

        @Override
        public void write(long position, MemorySegment source) throws IOException {
            ByteBuffer bytes = source.asByteBuffer();
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes, position + bytes.position());
                }
            } catch (IOException e) {
                throw asOutOfSpace(e);
            }
        }

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            return FileSource.of(channel).read(position, target);
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw asOutOfSpace(e);
            }
        }

        @Override
        public void truncate(long lengthBytes) throws IOException {
            channel.truncate(lengthBytes);
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
}
