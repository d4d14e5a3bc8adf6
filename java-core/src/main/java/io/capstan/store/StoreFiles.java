package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of chunks, on all disks of a store: where they are, and how they go. Which of them count is for the catalog to say.
 *
 * <p>Any thread.
 */
public final class StoreFiles {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

    private final StoreDisks disks;
    private final FileIo io;

    StoreFiles(StoreDisks disks) {
        this.disks = disks;
        this.io = disks.io();
    }

    // ---- finding

    /** The file of a chunk, if any disk has it. */
    public Optional<Path> find(ChunkId chunk) {
        return copies(chunk).stream().findFirst().flatMap(disk -> fileOn(chunk, disk));
    }

    /** The disks that have a file of a chunk: those in best order first. Whether it counts the caller has to know. */
    public List<DiskId> copies(ChunkId chunk) {
        return disks.usable().stream()
                .sorted(Comparator.comparing(Disk::condition))
                .filter(disk -> io.exists(disk.layout().chunkFile(chunk)))
                .map(Disk::id)
                .toList();
    }

    /** Length of the file of a chunk on a disk; empty if there is none, or that cannot be told. */
    public OptionalLong lengthBytes(ChunkId chunk, DiskId disk) {
        Optional<Path> file = fileOn(chunk, disk).filter(io::exists);
        if (file.isEmpty()) {
            return OptionalLong.empty();
        }
        try (FileIo.OpenFile open = io.openToRead(file.get())) {
            return OptionalLong.of(open.lengthBytes());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Where the file of a chunk is on a disk if it is there; empty if the store has no such disk. */
    private Optional<Path> fileOn(ChunkId chunk, DiskId disk) {
        return disks.find(disk).map(on -> on.layout().chunkFile(chunk));
    }

    Path require(ChunkId chunk) throws StoreException {
        Optional<Path> file = find(chunk);
        if (file.isEmpty()) {
            throw new StoreException.Missing(
                    chunk, "chunk " + chunk + " is in none of " + disks.directories());
        }
        return file.get();
    }

    Path require(ChunkId chunk, DiskId disk) throws StoreException {
        Path file = disks.require(disk).layout().chunkFile(chunk);
        if (!io.exists(file)) {
            throw missing(chunk, List.of(disk));
        }
        return file;
    }

    StoreException.Missing missing(ChunkId chunk, Collection<DiskId> where) {
        List<String> names = new ArrayList<>();
        for (DiskId disk : where) {
            names.add(
                    disks.find(disk)
                            .map(known ->
                                    known.directory() + (known.isUsable() ? "" : " (out of use)"))
                            .orElse("disk " + disk));
        }
        return new StoreException.Missing(
                chunk, "chunk " + chunk + " is not where it should be: " + names);
    }

    /** Containers of which any disk holds chunks. */
    public SortedSet<ContainerId> containers() throws StoreException {
        return listAll(StoreLayout::containers);
    }

    /** Containers that have a directory on one disk. */
    public SortedSet<ContainerId> containers(DiskId disk) throws StoreException {
        return list(disks.require(disk), StoreLayout::containers);
    }

    /** Chunks of a container in the order in which they were written. */
    public SortedSet<ChunkId> list(ContainerId container) throws StoreException {
        return listAll(layout -> layout.chunks(container));
    }

    /** Chunks of a container that have a file on one disk. */
    public SortedSet<ChunkId> list(ContainerId container, DiskId disk) throws StoreException {
        return list(disks.require(disk), layout -> layout.chunks(container));
    }

    private interface Listing<T> {
        List<T> of(StoreLayout layout) throws IOException;
    }

    private <T> SortedSet<T> listAll(Listing<T> listing) throws StoreException {
        SortedSet<T> all = new TreeSet<>();
        for (Disk disk : disks.usable()) {
            try {
                all.addAll(listing.of(disk.layout()));
            } catch (DiskUnavailableException e) {
                LOG.debug("not listed: {}", e.getMessage());
            } catch (IOException e) {
                throw cannotList(disk, e);
            }
        }
        return all;
    }

    private static <T> SortedSet<T> list(Disk disk, Listing<T> listing) throws StoreException {
        try {
            return new TreeSet<>(listing.of(disk.layout()));
        } catch (IOException e) {
            throw cannotList(disk, e);
        }
    }

    private static StoreException.ReadFailed cannotList(Disk disk, IOException e) {
        return new StoreException.ReadFailed(
                "cannot list " + disk.directory() + ": " + e.getMessage(), e);
    }

    // ---- deleting

    /**
     * Deletes all copies of a chunk; does nothing if it is not there. Copies on disks that are out of use go when these come
     * back.
     */
    public void delete(ChunkId chunk) throws StoreException {
        for (Disk disk : disks.usable()) {
            delete(disk, chunk);
        }
    }

    private void delete(Disk disk, ChunkId chunk) throws StoreException {
        Path file = disk.layout().chunkFile(chunk);
        try {
            io.delete(file);
        } catch (DiskUnavailableException e) {
            LOG.debug("{} stays: {}", file, e.getMessage());
        } catch (IOException e) {
            if (disk.isUsable()) {
                throw new StoreException.WriteFailed(
                        "cannot delete " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Deletes the copy of a chunk on one disk, so that it stays deleted. */
    public void deleteCopy(ChunkId chunk, DiskId from) throws StoreException {
        Disk disk = disks.require(from);
        delete(disk, chunk);
        forceNames(disk, chunk.container());
    }

    /** Deletes chunks so that they stay deleted: a file that comes back after a loss of power would be replayed. */
    public void deleteDurably(Collection<ChunkId> chunks) throws StoreException {
        deleteDurably(chunks, () -> {});
    }

    /**
     * Deletes chunks, and returns once they are durably gone.
     *
     * @param between called after each chunk
     */
    public void deleteDurably(Collection<ChunkId> chunks, Runnable between) throws StoreException {
        TreeSet<ContainerId> containers = new TreeSet<>();
        for (ChunkId chunk : chunks) {
            delete(chunk);
            containers.add(chunk.container());
            between.run();
        }
        for (ContainerId container : containers) {
            for (Disk disk : disks.usable()) {
                forceNames(disk, container);
            }
        }
    }

    private void forceNames(Disk disk, ContainerId container) throws StoreException {
        Path names = disk.layout().containerDirectory(container);
        try {
            if (io.exists(names)) {
                io.forceDirectory(names);
            }
        } catch (IOException e) {
            if (disk.isUsable()) {
                throw new StoreException.WriteFailed(
                        "cannot force " + names + ": " + e.getMessage(), e);
            }
        }
    }

    /** Tidies up; a directory that is not empty, or will not go, stays. */
    public void removeEmptyDirectories(ContainerId container) {
        for (Disk disk : disks.usable()) {
            Path names = disk.layout().containerDirectory(container);
            try {
                if (io.exists(names) && io.list(names).isEmpty()) {
                    io.delete(names);
                }
            } catch (IOException e) {
                LOG.debug("{} stays: {}", names, e.toString());
            }
        }
    }

    /**
     * Cuts the files of a chunk that is not sealed back to what was synchronized.
     *
     * @param among disks whose copies count
     * @throws StoreException.Missing if none of them has it
     * @throws StoreException.WriteFailed if no copy could be cut
     */
    public void truncateDurably(ChunkId chunk, long lengthBytes, Collection<DiskId> among)
            throws StoreException {
        int cut = 0;
        IOException fault = null;
        for (DiskId disk : copies(chunk)) {
            if (!among.contains(disk)) {
                continue;
            }
            try (FileIo.OpenFile open = io.openToWrite(require(chunk, disk))) {
                if (open.lengthBytes() > lengthBytes) {
                    open.truncate(lengthBytes);
                    open.force();
                }
                cut++;
            } catch (IOException e) {
                if (disks.require(disk).isUsable()) {
                    throw cannotCut(chunk, e);
                }
                fault = e;
            }
        }
        if (cut == 0) {
            throw fault == null ? missing(chunk, among) : cannotCut(chunk, fault);
        }
    }

    private static StoreException.WriteFailed cannotCut(ChunkId chunk, IOException e) {
        return new StoreException.WriteFailed(
                "cannot cut chunk " + chunk + " back: " + e.getMessage(), e);
    }
}
