package io.capstan.fakes.store;

import io.capstan.store.FileIo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Disks that go bad one by one: whatever is below a directory fails, hangs or is gone while the test wants it so. Everything
 * else is as the files behind it are. Any thread.
 */
public final class FaultyDirectories implements FileIo {

    /** What calls below a directory meet with. */
    private sealed interface Fault {
        /** Input/output errors. */
        record Failing() implements Fault {}

        /** No answer until the latch opens; then as if nothing had been. Counts the calls that it has held. */
        record Hanging(CountDownLatch released, AtomicInteger held) implements Fault {}

        /** As if nothing was mounted there; open files give input/output errors. */
        record Gone() implements Fault {}

        /** Every call takes so much longer. */
        record Slow(Duration delay) implements Fault {}
    }

    private final FileIo behind;
    private final Map<Path, Fault> faults = new ConcurrentHashMap<>();
    private final Map<Path, String> physicalDisks = new ConcurrentHashMap<>();
    private final Map<Path, Mount> mounts = new ConcurrentHashMap<>();

    private record Mount(String fileSystem, long freeBytes) {}

    public FaultyDirectories(FileIo behind) {
        this.behind = behind;
    }

    public void fail(Path directory) {
        faults.put(directory, new Fault.Failing());
    }

    public void hang(Path directory) {
        faults.put(directory, new Fault.Hanging(new CountDownLatch(1), new AtomicInteger()));
    }

    /** How many calls a directory that hangs has been asked, none of which was answered. */
    public int held(Path directory) {
        return faults.get(directory) instanceof Fault.Hanging(var _, AtomicInteger held)
                ? held.get()
                : 0;
    }

    public void remove(Path directory) {
        faults.put(directory, new Fault.Gone());
    }

    /** Every call below the directory takes so much longer from now on. */
    public void slow(Path directory, Duration delay) {
        faults.put(directory, new Fault.Slow(delay));
    }

    /** The directory is as it was; calls that hung go on. */
    public void heal(Path directory) {
        if (faults.remove(directory) instanceof Fault.Hanging(CountDownLatch released, var _)) {
            released.countDown();
        }
    }

    /** Says on which physical disk directories are; of others it is not known. */
    public void lodge(String physicalDisk, Path... directories) {
        for (Path directory : directories) {
            physicalDisks.put(directory, physicalDisk);
        }
    }

    /** Says that directories are on one file system, and how much is free there. */
    public void mount(String fileSystem, long freeBytes, Path... directories) {
        for (Path directory : directories) {
            mounts.put(directory, new Mount(fileSystem, freeBytes));
        }
    }

    @Override
    public String fileSystem(Path directory) throws IOException {
        Mount mount = mounts.get(directory);
        return mount == null ? behind.fileSystem(directory) : mount.fileSystem;
    }

    @Override
    public SortedSet<String> physicalDisks(Path directory) {
        String disk = physicalDisks.get(directory);
        return disk == null ? new TreeSet<>() : new TreeSet<>(List.of(disk));
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T call(Path path, boolean isOpenFile, Call<T> call) throws IOException {
        for (Map.Entry<Path, Fault> entry : faults.entrySet()) {
            if (path.startsWith(entry.getKey())) {
                meet(entry.getValue(), path, isOpenFile);
            }
        }
        return call.make();
    }

    private static void meet(Fault fault, Path path, boolean isOpenFile) throws IOException {
        switch (fault) {
            case Fault.Failing() -> throw new IOException("Input/output error");
            case Fault.Gone() -> {
                throw isOpenFile
                        ? new IOException("Input/output error")
                        : new NoSuchFileException(path.toString());
            }
            case Fault.Hanging(CountDownLatch released, AtomicInteger held) -> {
                held.incrementAndGet();
                await(released::await);
            }
            case Fault.Slow(Duration delay) -> await(() -> Thread.sleep(delay));
        }
    }

    private interface Wait {
        void end() throws InterruptedException;
    }

    private static void await(Wait wait) throws IOException {
        try {
            wait.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private void change(Path path, boolean isOpenFile, Change change) throws IOException {
        call(
                path,
                isOpenFile,
                () -> {
                    change.make();
                    return true;
                });
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new FaultyFile(file, call(file, false, () -> behind.create(file)));
    }

    @Override
    public OpenFile createUncached(Path file) throws IOException {
        return new FaultyFile(file, call(file, false, () -> behind.createUncached(file)));
    }

    @Override
    public OpenFile openToReadUncached(Path file) throws IOException {
        return new FaultyFile(file, call(file, false, () -> behind.openToReadUncached(file)));
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        return new FaultyFile(file, call(file, false, () -> behind.openToRead(file)));
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        return new FaultyFile(file, call(file, false, () -> behind.openToWrite(file)));
    }

    @Override
    public boolean exists(Path path) {
        try {
            return call(path, false, () -> behind.exists(path));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        try {
            return call(directory, false, () -> behind.list(directory));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        change(directory, false, () -> behind.makeDirectories(directory));
    }

    @Override
    public void delete(Path path) throws IOException {
        change(path, false, () -> behind.delete(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(to, false, () -> behind.rename(from, to));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change(directory, false, () -> behind.forceDirectory(directory));
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        Mount mount = mounts.get(directory);
        return call(
                directory,
                false,
                () -> mount == null ? behind.freeBytes(directory) : mount.freeBytes);
    }

    private final class FaultyFile implements OpenFile {

        private final Path path;
        private final OpenFile file;

        FaultyFile(Path path, OpenFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            return call(path, true, () -> file.read(position, target));
        }

        @Override
        public long lengthBytes() throws IOException {
            return call(path, true, file::lengthBytes);
        }

        @Override
        public void write(long position, MemorySegment source) throws IOException {
            change(path, true, () -> file.write(position, source));
        }

        @Override
        public void submit(long position, MemorySegment source) throws IOException {
            file.submit(position, source);
        }

        /** Faults of writes that were submitted are met here, as with a disk. */
        @Override
        public void awaitWrites(int underWayMax) throws IOException {
            file.awaitWrites(underWayMax);
            change(path, true, () -> {});
        }

        @Override
        public void force() throws IOException {
            change(path, true, file::force);
        }

        @Override
        public void truncate(long lengthBytes) throws IOException {
            change(path, true, () -> file.truncate(lengthBytes));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
