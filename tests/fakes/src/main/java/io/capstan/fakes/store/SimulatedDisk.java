package io.capstan.fakes.store;

import io.capstan.store.FileIo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that behaves as Linux does with a real one: writes are volatile until the file is forced, names until
 * their directory is; on a loss of power any of what is volatile may be there or not, in any order, torn at sectors.
 *
 * <p>Faults are switched on by the test: a call that fails, a disk that is full, bits that flip. Any thread.
 */
public final class SimulatedDisk implements FileIo {

    /** Calls that can be made to fail. */
    public enum Call {
        CREATE,
        OPEN,
        WRITE,
        READ,
        FORCE,
        FORCE_DIRECTORY,
        RENAME,
        DELETE,
        TRUNCATE
    }

    /** Thrown by the call at which the test cuts the power, and by every call after it. */
    public static final class PowerLossException extends IOException {
        PowerLossException() {
            super("power lost");
        }
    }

    private static final int SECTOR_BYTES = 512;

    private final Object lock = new Object();
    private final Random random;
    private final TreeMap<Path, Node> names = new TreeMap<>();
    private final TreeMap<Path, Node> durableNames = new TreeMap<>();
    private final TreeSet<Path> directories = new TreeSet<>();
    private final Map<Call, IOException> nextFaults = new TreeMap<>();
    private long capacityBytes = Long.MAX_VALUE;
    private long callsUntilPowerLoss = Long.MAX_VALUE;
    private long changes;
    private long faults;
    private boolean powerLost;
    private boolean shortensNextRead;
    private boolean flipsNextRead;
    private Runnable beforeEachCall = () -> {};

    /** Bytes that grow. */
    private static final class Content {
        private byte[] bytes;
        private int lengthBytes;

        Content(byte[] initial) {
            bytes = initial.clone();
            lengthBytes = initial.length;
        }

        byte[] copy() {
            return Arrays.copyOf(bytes, lengthBytes);
        }

        void apply(Pending change) {
            if (change.isTruncation()) {
                resize((int) change.position());
                return;
            }
            int at = (int) change.position();
            resize(Math.max(lengthBytes, at + change.bytes().length));
            System.arraycopy(change.bytes(), 0, bytes, at, change.bytes().length);
        }

        private void resize(int newLengthBytes) {
            if (newLengthBytes > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(newLengthBytes, 2 * bytes.length));
            } else if (newLengthBytes < lengthBytes) {
                Arrays.fill(bytes, newLengthBytes, lengthBytes, (byte) 0);
            }
            lengthBytes = newLengthBytes;
        }
    }

    /** A file, apart from its names: what a reader sees, what is on stable storage, and what lies between. */
    private static final class Node {
        private final Content content;
        private final Content durable;
        private final List<Pending> pending = new ArrayList<>();

        Node(byte[] bytes) {
            content = new Content(bytes);
            durable = new Content(bytes);
        }
    }

    /** A write that was begun. */
    private record Submitted(long position, MemorySegment source) {}

    /** A change of a file that is not forced yet: a write, or with {@code bytes} empty a truncation. */
    private record Pending(long position, byte[] bytes, boolean isTruncation) {}

    /**
     * @param seed of what happens by chance when power is lost
     */
    public SimulatedDisk(long seed) {
        // Neighbouring seeds give Random nearly the same first numbers; this spreads them.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        directories.add(Path.of("/"));
    }

    /** Makes the next call of this kind fail with {@code fault}, once. */
    public void failNext(Call call, IOException fault) {
        synchronized (lock) {
            nextFaults.put(call, fault);
        }
    }

    /** Makes the next read of data end early, as if the file were shorter, once. */
    public void shortenNextRead() {
        synchronized (lock) {
            shortensNextRead = true;
        }
    }

    /** Flips a bit of what the next read delivers, once, and not on the disk. */
    public void flipNextRead() {
        synchronized (lock) {
            flipsNextRead = true;
        }
    }

    /** Takes back every fault that has not come to pass. */
    public void clearFaults() {
        synchronized (lock) {
            nextFaults.clear();
            shortensNextRead = false;
            flipsNextRead = false;
        }
    }

    /** Faults that came to pass so far, full disks included, losses of power not. */
    public long faults() {
        synchronized (lock) {
            return faults;
        }
    }

    /**
     * Runs {@code action} ahead of every call, on the caller's thread and without a lock: time that passes on a slow disk,
     * other work that comes in between.
     */
    public void beforeEachCall(Runnable action) {
        beforeEachCall = action;
    }

    /** The size of the disk; writes beyond fail as on a full one. */
    public void capacityBytes(long bytes) {
        synchronized (lock) {
            capacityBytes = bytes;
        }
    }

    /** Cuts the power at the {@code n}-th changing call from now, 1 being the next, before or in the middle of it. */
    public void losePowerAt(long n) {
        synchronized (lock) {
            callsUntilPowerLoss = n;
        }
    }

    public boolean isPowerLost() {
        synchronized (lock) {
            return powerLost;
        }
    }

    /** Changing calls so far. */
    public long changes() {
        synchronized (lock) {
            return changes;
        }
    }

    /** Turns the power back on: what was volatile is partly gone. Files opened before are dead. */
    public void restart() {
        synchronized (lock) {
            Map<Path, Node> surviving = new TreeMap<>(durableNames);
            for (Map.Entry<Path, Node> name : names.entrySet()) {
                if (random.nextBoolean()) {
                    surviving.put(name.getKey(), name.getValue());
                }
            }
            for (Path name : durableNames.keySet()) {
                if (!names.containsKey(name) && random.nextBoolean()) {
                    surviving.remove(name);
                }
            }
            names.clear();
            surviving.forEach((name, node) -> names.put(name, afterPowerLoss(node)));
            durableNames.clear();
            durableNames.putAll(names);
            powerLost = false;
            callsUntilPowerLoss = Long.MAX_VALUE;
            clearFaults();
        }
    }

    /** Flips one bit of a file. */
    public void flipBit(Path file, long bit) {
        synchronized (lock) {
            byte[] content = node(file).content.copy();
            content[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
            put(file, content);
        }
    }

    /** Content of a file as a reader sees it now. */
    public byte[] content(Path file) {
        synchronized (lock) {
            return node(file).content.copy();
        }
    }

    /** Replaces a file, durably. */
    public void put(Path file, byte[] content) {
        synchronized (lock) {
            Node node = new Node(content);
            names.put(file, node);
            durableNames.put(file, node);
            for (Path at = file.getParent(); at != null; at = at.getParent()) {
                directories.add(at);
            }
        }
    }

    /** All files there are. */
    public List<Path> files() {
        synchronized (lock) {
            return List.copyOf(names.keySet());
        }
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            changing(Call.CREATE);
            if (names.containsKey(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            if (!directories.contains(file.getParent())) {
                throw new NoSuchFileException(file.toString());
            }
            Node node = new Node(new byte[0]);
            names.put(file, node);
            return new SimulatedFile(node, true);
        }
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        return open(file, false);
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        return open(file, true);
    }

    private OpenFile open(Path file, boolean writable) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            check(Call.OPEN);
            Node node = names.get(file);
            if (node == null) {
                throw new NoSuchFileException(file.toString());
            }
            return new SimulatedFile(node, writable);
        }
    }

    @Override
    public boolean exists(Path path) {
        synchronized (lock) {
            return names.containsKey(path) || directories.contains(path);
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            check(Call.OPEN);
            TreeSet<String> found = new TreeSet<>();
            for (Path name : names.keySet()) {
                if (directory.equals(name.getParent())) {
                    found.add(String.valueOf(name.getFileName()));
                }
            }
            for (Path name : directories) {
                if (directory.equals(name.getParent())) {
                    found.add(String.valueOf(name.getFileName()));
                }
            }
            return List.copyOf(found);
        }
    }

    /** Directories are durable at once: what a lost directory takes with it, lost names show as well. */
    @Override
    public void makeDirectories(Path directory) throws IOException {
        synchronized (lock) {
            check(Call.OPEN);
            for (Path at = directory; at != null; at = at.getParent()) {
                directories.add(at);
            }
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            changing(Call.DELETE);
            names.remove(path);
            directories.remove(path);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            changing(Call.RENAME);
            Node node = names.remove(from);
            if (node == null) {
                throw new NoSuchFileException(from.toString());
            }
            names.put(to, node);
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        beforeEachCall.run();
        synchronized (lock) {
            changing(Call.FORCE_DIRECTORY);
            durableNames.keySet().removeIf(name -> directory.equals(name.getParent()));
            names.forEach((name, node) -> {
                if (directory.equals(name.getParent())) {
                    durableNames.put(name, node);
                }
            });
        }
    }

    @Override
    public long freeBytes(Path directory) {
        synchronized (lock) {
            return capacityBytes - usedBytes();
        }
    }

    private long usedBytes() {
        return names.values().stream().distinct().mapToLong(node -> node.content.lengthBytes).sum();
    }

    private Node node(Path file) {
        Node node = names.get(file);
        if (node == null) {
            throw new IllegalArgumentException("no file " + file);
        }
        return node;
    }

    private void check(Call call) throws IOException {
        if (powerLost) {
            throw new PowerLossException();
        }
        IOException fault = nextFaults.remove(call);
        if (fault != null) {
            faults++;
            throw fault;
        }
    }

    /** A change outside the files of this disk that needs its power: counts as a changing call and may be the last one. */
    public void changeElsewhere() throws IOException {
        synchronized (lock) {
            if (powerLost) {
                throw new PowerLossException();
            }
            count();
        }
    }

    private void changing(Call call) throws IOException {
        check(call);
        count();
    }

    private void count() throws PowerLossException {
        changes++;
        if (--callsUntilPowerLoss == 0) {
            powerLost = true;
            throw new PowerLossException();
        }
    }

    private Node afterPowerLoss(Node before) {
        Content content = new Content(before.durable.copy());
        for (Pending change : before.pending) {
            switch (random.nextInt(8)) {
                case 0, 1 -> {}
                case 2 -> content.apply(cutOff(change));
                case 3 -> sectorsOf(change).forEach(content::apply);
                case 4 -> content.apply(lengthOf(change));
                default -> content.apply(change);
            }
        }
        return new Node(content.copy());
    }

    /** A write of which the first sectors alone arrived. */
    private Pending cutOff(Pending change) {
        if (change.isTruncation()) {
            return change;
        }
        int sectors = change.bytes().length / SECTOR_BYTES;
        int kept = Math.min(change.bytes().length, random.nextInt(sectors + 1) * SECTOR_BYTES);
        return new Pending(change.position(), Arrays.copyOf(change.bytes(), kept), false);
    }

    /** A write of which any of its sectors arrived. */
    private List<Pending> sectorsOf(Pending change) {
        if (change.isTruncation()) {
            return List.of(change);
        }
        List<Pending> sectors = new ArrayList<>();
        byte[] bytes = change.bytes();
        int at = 0;
        while (at < bytes.length) {
            int border = (int) ((change.position() + at) / SECTOR_BYTES + 1) * SECTOR_BYTES;
            int end = (int) Math.min(bytes.length, border - change.position());
            if (random.nextInt(3) > 0) {
                byte[] sector = Arrays.copyOfRange(bytes, at, end);
                sectors.add(new Pending(change.position() + at, sector, false));
            }
            at = end;
        }
        return sectors;
    }

    /** A write of which the file's length alone arrived: the journal was faster than the data. */
    private static Pending lengthOf(Pending change) {
        return change.isTruncation() || change.bytes().length == 0
                ? change
                : new Pending(change.position() + change.bytes().length - 1, new byte[1], false);
    }

    private final class SimulatedFile implements OpenFile {
        private final Node node;
        private final boolean writable;

        /** Submitted and not done, oldest first. */
        private final List<Submitted> underWay = new ArrayList<>();

        SimulatedFile(Node node, boolean writable) {
            this.node = node;
            this.writable = writable;
        }

        @Override
        public void write(long position, MemorySegment source) throws IOException {
            beforeEachCall.run();
            byte[] bytes = source.toArray(ValueLayout.JAVA_BYTE);
            synchronized (lock) {
                requireWritable();
                try {
                    changing(Call.WRITE);
                } catch (PowerLossException e) {
                    store(new Pending(position, bytes, false));
                    throw e;
                }
                long growth = Math.max(0, position + bytes.length - node.content.lengthBytes);
                long room = capacityBytes - usedBytes();
                if (growth > room) {
                    faults++;
                    int fitting = (int) Math.max(0, bytes.length - growth + room);
                    store(new Pending(position, Arrays.copyOf(bytes, fitting), false));
                    throw new OutOfSpaceException("simulated disk is full");
                }
                store(new Pending(position, bytes, false));
            }
        }

        /** Reads the source when it is awaited, if chance says so: whoever changes it before that finds out. */
        @Override
        public void submit(long position, MemorySegment source) {
            synchronized (lock) {
                requireWritable();
                underWay.add(new Submitted(position, source));
            }
        }

        /** Does the oldest writes, and others as chance says, in any order. */
        @Override
        public void awaitWrites(int underWayMax) throws IOException {
            IOException fault = null;
            synchronized (lock) {
                int oldest = Math.max(0, underWay.size() - underWayMax);
                List<Submitted> now = new ArrayList<>();
                for (int i = underWay.size() - 1; i >= 0; i--) {
                    if (i < oldest || random.nextBoolean()) {
                        now.add(underWay.remove(i));
                    }
                }
                Collections.shuffle(now, random);
                while (!now.isEmpty()) {
                    fault = worse(fault, outcome(now.removeLast()));
                    if (fault != null) {
                        now.addAll(underWay);
                        underWay.clear();
                    }
                }
            }
            if (fault != null) {
                throw fault;
            }
        }

        private @Nullable IOException outcome(Submitted submitted) {
            try {
                write(submitted.position(), submitted.source());
                return null;
            } catch (IOException e) {
                return e;
            }
        }

        private static @Nullable IOException worse(
                @Nullable IOException one, @Nullable IOException another) {
            return one == null || (another != null && one instanceof OutOfSpaceException)
                    ? another
                    : one;
        }

        @Override
        public int read(long position, MemorySegment target) throws IOException {
            beforeEachCall.run();
            synchronized (lock) {
                check(Call.READ);
                int available = (int) Math.max(0, node.content.lengthBytes - position);
                int length = (int) Math.min(available, target.byteSize());
                if (shortensNextRead && length > 0) {
                    shortensNextRead = false;
                    faults++;
                    length = random.nextInt(length);
                }
                if (length > 0) {
                    MemorySegment.copy(
                            node.content.bytes,
                            (int) position,
                            target,
                            ValueLayout.JAVA_BYTE,
                            0,
                            length);
                }
                if (flipsNextRead && length > 0) {
                    flipsNextRead = false;
                    faults++;
                    long at = random.nextInt(length);
                    byte flipped =
                            (byte) (target.get(ValueLayout.JAVA_BYTE, at) ^ 1 << random.nextInt(8));
                    target.set(ValueLayout.JAVA_BYTE, at, flipped);
                }
                return length;
            }
        }

        @Override
        public void force() throws IOException {
            beforeEachCall.run();
            synchronized (lock) {
                changing(Call.FORCE);
                node.pending.forEach(node.durable::apply);
                node.pending.clear();
            }
        }

        @Override
        public void truncate(long lengthBytes) throws IOException {
            beforeEachCall.run();
            synchronized (lock) {
                requireWritable();
                changing(Call.TRUNCATE);
                store(new Pending(lengthBytes, new byte[0], true));
            }
        }

        @Override
        public long lengthBytes() throws IOException {
            synchronized (lock) {
                check(Call.READ);
                return node.content.lengthBytes;
            }
        }

        @Override
        public void close() throws IOException {
            awaitWrites(0);
        }

        private void store(Pending change) {
            node.pending.add(change);
            node.content.apply(change);
        }

        private void requireWritable() {
            if (!writable) {
                throw new IllegalStateException("file was opened to read");
            }
        }
    }
}
