package io.capstan.store;

import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunk files in one or several directories, as a rule each on a disk of its own.
 *
 * <p>Where files lie: {@code <directory>/chunks/<first two digits>/<container>/<sequence>.chunk}. A new chunk goes to the
 * directory with the most free space; a directory that cannot take it is passed over.
 *
 * <p>Any thread. Writers and readers that it hands out have one owner each.
 */
public final class ChunkStore {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);
    private static final String CHUNKS = "chunks";
    private static final String SUFFIX = ".chunk";

    private final List<Path> directories;
    private final StoreOptions options;
    private final FileIo io;
    private final WriteBuffers buffers = new WriteBuffers();

    private ChunkStore(List<Path> directories, StoreOptions options, FileIo io) {
        this.directories = List.copyOf(directories);
        this.options = options;
        this.io = io;
    }

    /**
     * Opens the store, making directories that are missing.
     *
     * @param directories at least one
     * @throws StoreException.WriteFailed if a directory cannot be made
     */
    public static ChunkStore open(List<Path> directories, StoreOptions options, FileIo io)
            throws StoreException {
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a store needs a directory");
        }
        for (Path directory : directories) {
            try {
                io.makeDirectories(directory.resolve(CHUNKS));
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot make " + directory + ": " + e.getMessage(), e);
            }
        }
        return new ChunkStore(directories, options, io);
    }

    public List<Path> directories() {
        return directories;
    }

    /**
     * Begins a chunk. Its file is there when this returns, but named durably only by the first synchronize.
     *
     * @throws StoreException.NoSpace if no directory has room
     * @throws StoreException.WriteFailed if no directory can take it for another reason, or it exists already
     */
    public ChunkWriter create(ChunkHeader header) throws StoreException {
        Optional<Path> existing = find(header.chunk());
        if (existing.isPresent()) {
            throw new StoreException.WriteFailed(
                    "chunk " + header.chunk() + " exists already: " + existing.get(), null);
        }
        List<IOException> faults = new ArrayList<>();
        for (Path directory : directoriesByFreeSpace()) {
            Path file = fileOf(directory, header.chunk());
            try {
                io.makeDirectories(parentOf(file));
                return new ChunkWriter(
                        header, file, io, io.create(file), buffers, options.chunkSizeBytes());
            } catch (IOException e) {
                LOG.warn("no new chunk in {}: {}", directory, e.toString());
                faults.add(e);
            }
        }
        throw cannotCreate(header.chunk(), faults);
    }

    /**
     * Opens a chunk for reading: by its directory if it is sealed and that is intact, else by scanning it.
     *
     * @throws StoreException.Missing if there is no such chunk
     * @throws StoreException.Corrupt if it is not the chunk its name says
     */
    public ChunkReader openToRead(ChunkId chunk) throws StoreException {
        return ChunkReader.open(io, require(chunk), chunk);
    }

    /**
     * Makes a chunk whole that was being written when its writer died: keeps all whole records from the beginning, cuts
     * off the rest, and seals it. Does nothing to a sealed chunk.
     *
     * @param synchronizedLengthBytes what the last synchronize that counts covered
     * @throws StoreException.Corrupt if less than that is whole; the file is left as it is
     */
    public ChunkReader recover(ChunkId chunk, long synchronizedLengthBytes) throws StoreException {
        Path file = require(chunk);
        ChunkRecovery.sealWholePrefix(io, file, chunk, synchronizedLengthBytes);
        return ChunkReader.open(io, file, chunk);
    }

    /** The file of a chunk, if any directory has it. */
    public Optional<Path> find(ChunkId chunk) {
        return directories.stream()
                .map(directory -> fileOf(directory, chunk))
                .filter(io::exists)
                .findFirst();
    }

    /** Deletes a chunk; does nothing if it is not there. */
    public void delete(ChunkId chunk) throws StoreException {
        for (Path directory : directories) {
            Path file = fileOf(directory, chunk);
            try {
                io.delete(file);
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot delete " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Containers of which any directory holds chunks. */
    public SortedSet<ContainerId> containers() throws StoreException {
        SortedSet<ContainerId> containers = new TreeSet<>();
        for (Path directory : directories) {
            Path chunks = directory.resolve(CHUNKS);
            for (String prefix : list(chunks)) {
                for (String name : list(chunks.resolve(prefix))) {
                    if (name.matches("[0-9a-f]{32}")) {
                        containers.add(ContainerId.parse(name));
                    }
                }
            }
        }
        return containers;
    }

    /** Chunks of a container in the order in which they were written. */
    public SortedSet<ChunkId> list(ContainerId container) throws StoreException {
        SortedSet<ChunkId> chunks = new TreeSet<>();
        for (Path directory : directories) {
            for (String name : list(directoryOf(directory, container))) {
                if (name.matches("[0-9a-f]{16}\\.chunk")) {
                    long sequence = Long.parseUnsignedLong(name, 0, 16, 16);
                    if (sequence >= 1) {
                        chunks.add(new ChunkId(container, sequence));
                    }
                }
            }
        }
        return chunks;
    }

    /** Bytes that new data may still use, over all directories: free space above their reserve. */
    public long freeBytes() {
        long total = 0;
        for (Path directory : directories) {
            total += freeBytesAboveReserve(directory);
        }
        return total;
    }

    private long freeBytesAboveReserve(Path directory) {
        try {
            return Math.max(0, io.freeBytes(directory) - options.reserveBytes());
        } catch (IOException e) {
            LOG.warn("{}: free space unknown, counted as none: {}", directory, e.toString());
            return 0;
        }
    }

    private List<Path> directoriesByFreeSpace() {
        return directories.stream()
                .sorted(Comparator.comparingLong(this::freeBytesAboveReserve).reversed())
                .toList();
    }

    private Path require(ChunkId chunk) throws StoreException {
        Optional<Path> file = find(chunk);
        if (file.isEmpty()) {
            throw new StoreException.Missing(
                    chunk, "chunk " + chunk + " is in none of " + directories);
        }
        return file.get();
    }

    private List<String> list(Path directory) throws StoreException {
        try {
            return io.list(directory);
        } catch (IOException e) {
            throw new StoreException.ReadFailed(
                    "cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    private static StoreException cannotCreate(ChunkId chunk, List<IOException> faults) {
        IOException first = faults.getFirst();
        String message = "no directory takes chunk " + chunk + ": " + first.getMessage();
        return faults.stream().allMatch(FileIo.OutOfSpaceException.class::isInstance)
                ? new StoreException.NoSpace(message, first)
                : new StoreException.WriteFailed(message, first);
    }

    static Path parentOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory");
        }
        return parent;
    }

    private static Path directoryOf(Path directory, ContainerId container) {
        String name = container.toString();
        return directory.resolve(CHUNKS).resolve(name.substring(0, 2)).resolve(name);
    }

    private static Path fileOf(Path directory, ChunkId chunk) {
        return directoryOf(directory, chunk.container())
                .resolve("%016x%s".formatted(chunk.sequence(), SUFFIX));
    }
}
