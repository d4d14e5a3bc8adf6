package io.capstan.store;

import io.capstan.format.DiskId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A chunk file that is written to several disks at once. A copy whose disk fails or does not answer is dropped, for good,
 * and the others go on; the file fails only when the last one does.
 *
 * <p>A full disk is no fault of its copy: the call fails as on a full disk, all copies stay, and it can be made again.
 *
 * <p>One owner at a time.
 */
final class MirroredFile implements FileIo.OpenFile {

    /** A file that is open on one disk. */
    static final class Copy {
        private final Disk disk;
        private final Path file;
        private final FileIo.OpenFile open;

        /** Of the disk when this was opened. */
        private final int generation;

        /** Submitted writes, oldest first. */
        private final ArrayDeque<Disk.Started<Boolean>> underWay = new ArrayDeque<>();

        Copy(Disk disk, Path file, FileIo.OpenFile open) {
            this.disk = disk;
            this.file = file;
            this.open = open;
            this.generation = disk.generation();
        }

        /** Begins to write; a disk that has been away since may have lost what it had. */
        private Disk.Started<Boolean> start(Write write) {
            return disk.startWrite(() -> {
                if (disk.generation() != generation) {
                    throw new DiskUnavailableException(disk + " was out of use meanwhile");
                }
                write.to(this);
                return true;
            });
        }

        Disk disk() {
            return disk;
        }

        Path file() {
            return file;
        }

        FileIo.OpenFile open() {
            return open;
        }
    }

    private interface Write {
        void to(Copy copy) throws IOException;
    }

    private interface Waiting {
        void on(Copy copy) throws IOException;
    }

    private final FileIo io;

    /** Whether there may be more copies than one, so that each is written on a thread of its own. */
    private final boolean isMirrored;

    private final int copiesBegun;
    private final List<Copy> copies;
    private final Consumer<DiskId> whenDropped;
    private final Runnable whenClosed;

    private volatile List<DiskId> disks;

    /**
     * @param io what the copies were opened with
     * @param isMirrored whether the pool wants more copies than one
     * @param whenClosed called once
     */
    MirroredFile(
            FileIo io,
            boolean isMirrored,
            List<Copy> copies,
            Consumer<DiskId> whenDropped,
            Runnable whenClosed) {
        this.io = io;
        this.isMirrored = isMirrored;
        this.copiesBegun = copies.size();
        this.copies = new ArrayList<>(copies);
        this.whenDropped = whenDropped;
        this.whenClosed = whenClosed;
        this.disks = disksOf(copies);
    }

    private static List<DiskId> disksOf(List<Copy> copies) {
        return copies.stream().map(copy -> copy.disk.id()).toList();
    }

    /** Whether a copy was dropped. Any thread. */
    boolean hasLostCopies() {
        return disks.size() < copiesBegun;
    }

    /** The disks that have all that was written, as far as is known. Any thread. */
    List<DiskId> disks() {
        return disks;
    }

    @Override
    public void write(long position, MemorySegment source) throws IOException {
        onAll(copy -> copy.open.write(position, source));
    }

    @Override
    public void submit(long position, MemorySegment source) throws IOException {
        if (!isMirrored) {
            Copy copy = copies.getFirst();
            copy.disk.write(() -> {
                copy.open.submit(position, source);
                return true;
            });
            return;
        }
        for (Copy copy : copies) {
            copy.underWay.add(copy.start(to -> to.open.write(position, source)));
        }
    }

    @Override
    public void awaitWrites(int underWayMax) throws IOException {
        if (!isMirrored) {
            Copy copy = copies.getFirst();
            copy.disk.write(() -> {
                copy.open.awaitWrites(underWayMax);
                return true;
            });
            return;
        }
        settle(copy -> awaitWrites(copy, underWayMax));
    }

    private static void awaitWrites(Copy copy, int underWayMax) throws IOException {
        IOException worst = null;
        while (copy.underWay.size() > (worst == null ? underWayMax : 0)) {
            try {
                copy.disk.await(copy.underWay.remove());
            } catch (IOException e) {
                if (worst == null || worst instanceof FileIo.OutOfSpaceException) {
                    worst = e;
                }
            }
        }
        if (worst != null) {
            throw worst;
        }
    }

    @Override
    public void force() throws IOException {
        onAll(copy -> copy.open.force());
    }

    /** Puts the names of all copies on stable storage. */
    void forceNames() throws IOException {
        onAll(copy -> io.forceDirectory(ChunkStore.parentOf(copy.file)));
    }

    @Override
    public void truncate(long lengthBytes) throws IOException {
        onAll(copy -> copy.open.truncate(lengthBytes));
    }

    private void onAll(Write write) throws IOException {
        List<Disk.Started<Boolean>> started = new ArrayList<>();
        for (Copy copy : copies) {
            started.add(copy.start(write));
        }
        List<Copy> all = List.copyOf(copies);
        settle(copy -> copy.disk.await(started.get(all.indexOf(copy))));
    }

    /** Waits for all copies, drops those that failed, and throws what the caller has to know. */
    private void settle(Waiting waiting) throws IOException {
        List<Copy> failed = new ArrayList<>();
        FileIo.OutOfSpaceException full = null;
        IOException fault = null;
        for (Copy copy : copies) {
            try {
                waiting.on(copy);
            } catch (FileIo.OutOfSpaceException e) {
                full = e;
            } catch (IOException e) {
                failed.add(copy);
                fault = e;
            }
        }
        if (fault != null && failed.size() == copies.size()) {
            throw fault;
        }
        failed.forEach(this::drop);
        if (full != null) {
            // Some copies have all of their writes by then, and others not. Whoever tries again
            // writes the same bytes to
            // the same places.
            drain();
            throw full;
        }
    }

    private void drain() {
        for (Copy copy : List.copyOf(copies)) {
            try {
                awaitWrites(copy, 0);
            } catch (FileIo.OutOfSpaceException e) {
                // Known.
            } catch (IOException e) {
                if (copies.size() > 1) {
                    drop(copy);
                }
            }
        }
    }

    private void drop(Copy copy) {
        copies.remove(copy);
        disks = disksOf(copies);
        closeQuietly(copy);
        whenDropped.accept(copy.disk.id());
    }

    private static void closeQuietly(Copy copy) {
        try {
            copy.disk.close(copy.open);
        } catch (IOException e) {
            // It was dropped for worse.
        }
    }

    @Override
    public int read(long position, MemorySegment target) throws IOException {
        Copy copy = copies.getFirst();
        return copy.disk.read(copy.open, position, target);
    }

    @Override
    public long lengthBytes() throws IOException {
        Copy copy = copies.getFirst();
        return copy.disk.read(copy.open::lengthBytes);
    }

    @Override
    public void close() throws IOException {
        IOException fault = null;
        for (Copy copy : copies) {
            try {
                copy.disk.close(copy.open);
            } catch (IOException e) {
                fault = e;
            }
        }
        whenClosed.run();
        if (fault != null) {
            throw fault;
        }
    }
}
