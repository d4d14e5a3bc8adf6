package io.capstan.store;

import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own disks, through {@link FileChannel}.
 *
 * <p>Files written past the page cache are open twice: to write whole pages, and for all else. The kernel keeps the two
 * coherent, and a force of one covers the other.
 *
 * <p>Submitted writes are done by {@link DiskThreads}.
 */
public final class DiskFileIo implements FileIo {

    private static final PhysicalDisks PHYSICAL_DISKS = new PhysicalDisks(Path.of("/sys"));

    private static final Logger LOG = LoggerFactory.getLogger(DiskFileIo.class);

    private static final Optional<OpenOption> DIRECT = direct();

    private static final StandardOpenOption[] NEW = {
        StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE
    };

    /** Directories whose file system has no way past the page cache. */
    private final Set<Path> cachedOnly = ConcurrentHashMap.newKeySet();

    /** File systems of those, each reported once. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    @Override
    public OpenFile create(Path file) throws IOException {
        return open(file, NEW);
    }

    @Override
    public OpenFile createUncached(Path file) throws IOException {
        try {
            return new ChannelFile(
                    FileChannel.open(file, NEW), openUncached(file, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw asOutOfSpace(e);
        }
    }

    @Override
    public OpenFile openToReadUncached(Path file) throws IOException {
        return new ChannelFile(
                FileChannel.open(file, StandardOpenOption.READ),
                openUncached(file, StandardOpenOption.READ));
    }

    /** A second channel to a file, which takes whole pages only; null where there can be none. */
    private @Nullable FileChannel openUncached(Path file, StandardOpenOption access) {
        Path directory = file.getParent();
        if (directory == null || DIRECT.isEmpty() || cachedOnly.contains(directory)) {
            return null;
        }
        try {
            if (PAGE_BYTES % Files.getFileStore(file).getBlockSize() == 0) {
                return FileChannel.open(file, access, DIRECT.get());
            }
            throughPageCache(directory, "its blocks are larger than a page");
        } catch (IOException e) {
            if (!isOutOfDescriptors(e)) {
                throughPageCache(directory, String.valueOf(e.getMessage()));
            }
        } catch (UnsupportedOperationException e) {
            throughPageCache(directory, String.valueOf(e.getMessage()));
        }
        return null;
    }

    /** O_DIRECT. Its class is one of the JDK that the compiler warns of, so it is looked up. */
    private static Optional<OpenOption> direct() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.stream(options)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findFirst();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private void throughPageCache(Path directory, String reason) {
        cachedOnly.add(directory);
        String fileSystem = fileSystemName(directory);
        if (reported.add(fileSystem)) {
            LOG.info("chunks on {} go through the page cache: {}", fileSystem, reason);
        }
    }

    private static String fileSystemName(Path directory) {
        try {
            return Files.getFileStore(directory).toString();
        } catch (IOException e) {
            return directory.toString();
        }
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

    @Override
    public long sizeBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getTotalSpace();
    }

    @Override
    public Optional<String> device(Path directory) throws IOException {
        return Optional.of(Files.getFileStore(directory).name());
    }

    @Override
    public String fileSystem(Path directory) throws IOException {
        return "device " + Files.getAttribute(directory, "unix:dev");
    }

    @Override
    public SortedSet<String> physicalDisks(Path directory) throws IOException {
        return PHYSICAL_DISKS.below(directory);
    }

    private static OpenFile open(Path file, StandardOpenOption... options) throws IOException {
        try {
            return new ChannelFile(FileChannel.open(file, options), null);
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

    /** Whether it is this process that can open no more files, which says nothing about the disk. */
    static boolean isOutOfDescriptors(IOException fault) {
        String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
        // The JDK's words for a file system whose entry in the list of mounts it could not read.
        return message.contains("too many open files") || message.contains("mount point not found");
    }

    private static final class ChannelFile implements OpenFile {

        private final FileChannel channel;

        /** To the same file, for whole pages; null if there is none. */
        private final @Nullable FileChannel pages;

        /** Submitted and not awaited, oldest first. Owner only. */
        private final ArrayDeque<Future<Void>> underWay = new ArrayDeque<>();

        ChannelFile(FileChannel channel, @Nullable FileChannel pages) {
            this.channel = channel;
            this.pages = pages;
        }

        @Override
        public void write(long position, MemorySegment source) throws IOException {
            FileChannel takes = pages != null && isPages(position, source) ? pages : channel;
            ByteBuffer bytes = source.asByteBuffer();
            try {
                while (bytes.hasRemaining()) {
                    takes.write(bytes, position + bytes.position());
                }
            } catch (IOException e) {
                throw asOutOfSpace(e);
            }
        }

        private static boolean isPages(long position, MemorySegment source) {
            return source.isNative()
                    && (position | source.address() | source.byteSize()) % PAGE_BYTES == 0;
        }

        @Override
        public void submit(long position, MemorySegment source) {
            underWay.add(
                    DiskThreads.submit(() -> {
                        write(position, source);
                        return null;
                    }));
        }

        @Override
        public void awaitWrites(int underWayMax) throws IOException {
            IOException fault = null;
            while (underWay.size() > (fault == null ? underWayMax : 0)) {
                try {
                    DiskThreads.await(underWay.remove());
                } catch (IOException e) {
                    fault = fault == null || fault instanceof OutOfSpaceException ? e : fault;
                }
            }
            if (fault != null) {
                throw fault;
            }
        }

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            if (pages == null || !isPages(position, target)) {
                return FileSource.of(channel).read(position, target);
            }
            int count = Math.max(0, pages.read(target.asByteBuffer(), position));
            return count == target.byteSize()
                    ? count
                    : count + FileSource.of(channel).read(position + count, target.asSlice(count));
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
            try (channel) {
                awaitWrites(0);
            } finally {
                if (pages != null) {
                    pages.close();
                }
            }
        }
    }
}
