package io.capstan.store;

import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.StoreLayout;
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
 * <p>Files lie where {@link StoreLayout} says. A new chunk goes to the directory with the most free space; a directory that cannot take it is passed over.
 *
 * <p>Any thread. Writers and readers that it hands out have one owner each.
 */
public final class ChunkStore {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);

    private final List<StoreLayout> layouts;
    private final StoreOptions options;
    private final FileIo io;
    private final WriteBuffers buffers = new WriteBuffers();

    private ChunkStore(List<StoreLayout> layouts, StoreOptions options, FileIo io) {
        this.layouts = List.copyOf(layouts);
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
        List<StoreLayout> layouts =
                directories.stream()
                        .map(directory -> new StoreLayout(directory, io::list))
                        .toList();
        for (StoreLayout layout : layouts) {
            try {
                io.makeDirectories(layout.chunksDirectory());
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot make " + layout.chunksDirectory() + ": " + e.getMessage(), e);
            }
        }
        return new ChunkStore(layouts, options, io);
    }

    public List<Path> directories() {
        return layouts.stream().map(StoreLayout::directory).toList();
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
        for (StoreLayout layout : layoutsByFreeSpace()) {
            Path file = layout.chunkFile(header.chunk());
            try {
                io.makeDirectories(parentOf(file));
                return new ChunkWriter(
                        header,
                        file,
                        io,
                        io.createUncached(file),
                        buffers,
                        options.chunkSizeBytes());
            } catch (IOException e) {
                LOG.warn("no new chunk in {}: {}", layout.directory(), e.toString());
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
        return ChunkReader.open(io, require(chunk), chunk, Optional.empty());
    }

    /**
     * As {@link #openToRead(ChunkId)}, for a chunk of which the caller knows what its header should say: a damaged header
     * then costs no record.
     */
    public ChunkReader openToRead(ChunkHeader known) throws StoreException {
        return ChunkReader.open(io, require(known.chunk()), known.chunk(), Optional.of(known));
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
        return ChunkReader.open(io, file, chunk, Optional.empty());
    }

    /** The file of a chunk, if any directory has it. */
    public Optional<Path> find(ChunkId chunk) {
        return layouts.stream()
                .map(layout -> layout.chunkFile(chunk))
                .filter(io::exists)
                .findFirst();
    }

    /** Deletes a chunk; does nothing if it is not there. */
    public void delete(ChunkId chunk) throws StoreException {
        for (StoreLayout layout : layouts) {
            Path file = layout.chunkFile(chunk);
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
        return listAll(StoreLayout::containers);
    }

    /** Chunks of a container in the order in which they were written. */
    public SortedSet<ChunkId> list(ContainerId container) throws StoreException {
        return listAll(layout -> layout.chunks(container));
    }

    /** Bytes that new data may still use, over all directories: free space above their reserve. */
    public long freeBytes() {
        long total = 0;
        for (StoreLayout layout : layouts) {
            total += freeBytesAboveReserve(layout);
        }
        return total;
    }

    private long freeBytesAboveReserve(StoreLayout layout) {
        try {
            return Math.max(0, io.freeBytes(layout.directory()) - options.reserveBytes());
        } catch (IOException e) {
            LOG.warn(
                    "{}: free space unknown, counted as none: {}",
                    layout.directory(),
                    e.toString());
            return 0;
        }
    }

    private List<StoreLayout> layoutsByFreeSpace() {
        return layouts.stream()
                .sorted(Comparator.comparingLong(this::freeBytesAboveReserve).reversed())
                .toList();
    }

    private Path require(ChunkId chunk) throws StoreException {
        Optional<Path> file = find(chunk);
        if (file.isEmpty()) {
            throw new StoreException.Missing(
                    chunk, "chunk " + chunk + " is in none of " + directories());
        }
        return file.get();
    }

    private interface Listing<T> {
        List<T> of(StoreLayout layout) throws IOException;
    }

    private <T> SortedSet<T> listAll(Listing<T> listing) throws StoreException {
        SortedSet<T> all = new TreeSet<>();
        for (StoreLayout layout : layouts) {
            try {
                all.addAll(listing.of(layout));
            } catch (IOException e) {
                throw new StoreException.ReadFailed(
                        "cannot list " + layout.directory() + ": " + e.getMessage(), e);
            }
        }
        return all;
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
}
