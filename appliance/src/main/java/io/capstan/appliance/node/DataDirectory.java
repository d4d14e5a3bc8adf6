package io.capstan.appliance.node;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data directory of a node, held by one process at a time.
 *
 * <pre>
 * DIR/node.properties   version of this layout; the node's identity, which outlives the catalog
 * DIR/lock              locked while a process has the directory, with that process's id in it
 * DIR/catalog/          LMDB
 * DIR/flight/           what each logical unit was asked last
 * DIR/store/            chunk files and labels, where configuration names no other directories
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {

    /** Version of the layout this software reads and writes. */
    static final int VERSION = 1;

    private static final String NODE_FILE = "node.properties";
    private static final String LOCK_FILE = "lock";
    private static final String VERSION_KEY = "version";
    private static final String NODE_ID_KEY = "node-id";

    /** What may be in a directory that this software has never seen: a new file system, or what starting twice leaves. */
    private static final Set<String> HARMLESS =
            Set.of("lost+found", LOCK_FILE, "capstan.sock", "capstan.sock.new");

    /** Directories that this process has. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the directory, making it if it is missing.
     *
     * @throws StartException if it is of a newer version, held by another process, no data directory, or not accessible
     */
    public static DataDirectory open(Path directory) throws StartException {
        Path path = directory.toAbsolutePath().normalize();
        try {
            checkVersion(path);
            make(path);
            return lock(path.toRealPath());
        } catch (AccessDeniedException e) {
            throw new StartException("no permission for the data directory: " + e.getFile(), e);
        } catch (IOException e) {
            throw new StartException("cannot use the data directory " + path + ": " + e, e);
        }
    }

    public Path path() {
        return path;
    }

    public Path catalog() {
        return path.resolve("catalog");
    }

    public Path store() {
        return path.resolve("store");
    }

    /** Where flight recorders have their files. */
    public Path flight() {
        return path.resolve("flight");
    }

    /** The node's identity, if it was recorded. */
    Optional<UUID> nodeId() throws StartException {
        try {
            return Optional.ofNullable(properties(path).getProperty(NODE_ID_KEY))
                    .map(UUID::fromString);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(path.resolve(NODE_FILE) + " is damaged: " + e.getMessage(), e);
        }
    }

    /** The node's identity; drawn and recorded at first, so that it is the same after the catalog is lost. */
    public UUID nodeIdOrElse(Supplier<UUID> draw) throws StartException {
        Optional<UUID> known = nodeId();
        UUID nodeId = known.orElseGet(draw);
        if (known.isEmpty()) {
            recordNodeId(nodeId);
        }
        return nodeId;
    }

    /** Records the node's identity, durably. */
    void recordNodeId(UUID nodeId) throws StartException {
        Properties properties = new Properties();
        properties.setProperty(VERSION_KEY, Integer.toString(VERSION));
        properties.setProperty(NODE_ID_KEY, nodeId.toString());
        try {
            StringWriter text = new StringWriter();
            properties.store(text, "Capstan data directory");
            replace(path.resolve(NODE_FILE), text.toString());
        } catch (IOException e) {
            throw new StartException("cannot write " + path.resolve(NODE_FILE) + ": " + e, e);
        }
    }

    /** Lets go of the directory. */
    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            // The lock ends with the process in any case.
        }
        HELD.remove(path);
    }

    private static void checkVersion(Path path) throws IOException, StartException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new StartException("the data directory " + path + " is not a directory");
        }
        String version = properties(path).getProperty(VERSION_KEY);
        if (version == null) {
            refuseForeignContent(path);
        } else if (!version.equals(Integer.toString(VERSION))) {
            throw new StartException(
                    "the data directory %s is of version %s, this software reads version %d: install the newer one"
                            .formatted(path, version, VERSION));
        }
    }

    /** A directory with other things in it was named by mistake. */
    private static void refuseForeignContent(Path path) throws IOException, StartException {
        if (Files.isDirectory(path.resolve("catalog"))
                || Files.isDirectory(path.resolve("store"))) {
            return;
        }
        try (Stream<Path> content = Files.list(path)) {
            Set<String> foreign =
                    content.map(entry -> String.valueOf(entry.getFileName()))
                            .filter(name -> !HARMLESS.contains(name))
                            .collect(Collectors.toSet());
            if (!foreign.isEmpty()) {
                throw new StartException(
                        "%s is not empty and not a data directory of this software"
                                .formatted(path));
            }
        }
    }

    private static Properties properties(Path path) throws IOException {
        Properties properties = new Properties();
        Path file = path.resolve(NODE_FILE);
        if (Files.exists(file)) {
            try {
                properties.load(new StringReader(Files.readString(file)));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " is damaged: " + e.getMessage(), e);
            }
        }
        return properties;
    }

    /** What is on tapes is not for everybody. */
    private static void make(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createDirectories(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwxr-x---")));
        }
    }

    private static DataDirectory lock(Path path) throws IOException, StartException {
        // Closing one of two channels of a process would release the lock of the other.
        if (!HELD.add(path)) {
            throw new StartException("the data directory " + path + " is in use by this process");
        }
        boolean locked = false;
        try {
            DataDirectory directory = lockFile(path);
            locked = true;
            return directory;
        } finally {
            if (!locked) {
                HELD.remove(path);
            }
        }
    }

    private static DataDirectory lockFile(Path path) throws IOException, StartException {
        FileChannel file =
                FileChannel.open(
                        path.resolve(LOCK_FILE),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock = file.tryLock();
        if (lock == null) {
            String holder = holder(file);
            file.close();
            throw new StartException("the data directory " + path + " is in use" + holder);
        }
        file.truncate(0);
        file.write(
                ByteBuffer.wrap(
                        (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)),
                0);
        return new DataDirectory(path, file, lock);
    }

    private static String holder(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        file.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return pid.matches("\\d+") ? " by process " + pid : "";
    }

    private static void replace(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, text);
        force(temporary, StandardOpenOption.WRITE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        Path directory = file.getParent();
        if (directory != null) {
            force(directory, StandardOpenOption.READ);
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
