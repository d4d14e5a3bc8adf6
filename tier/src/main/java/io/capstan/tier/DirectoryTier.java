package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.tier.TierException.Reason;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A tier in a directory: of a slower disk, or of a file system that is mounted from elsewhere. An object is a file whose
 * path is its key. It is written beside, as {@code NAME.part}, forced, read back, and renamed.
 *
 * <p>The file {@code capstan-tier} says whose tier the directory is. Without it an empty mount point could be taken for a
 * tier that lost everything.
 */
public final class DirectoryTier implements TierProvider {

    private static final String MARK = "capstan-tier";
    private static final String PART = ".part";
    private static final int STEP_BYTES = 1 << 20;

    private final Path directory;
    private final String identity;
    private final PartOpener opener;

    /** Makes the file that an object is written to; one that runs out of space is in its tests. */
    @FunctionalInterface
    interface PartOpener {
        FileChannel open(Path part) throws IOException;
    }

    /**
     * @param directory made when it is first used, if it is to be new
     * @param identity of the tier, what the mark has to say
     */
    public DirectoryTier(Path directory, String identity) {
        this(
                directory,
                identity,
                part ->
                        FileChannel.open(
                                part,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE));
    }

    DirectoryTier(Path directory, String identity, PartOpener opener) {
        this.directory = directory;
        this.identity = identity;
        this.opener = opener;
    }

    @Override
    public void begin() throws TierException {
        perform(
                "begin",
                () -> {
                    Files.createDirectories(directory);
                    Path mark = directory.resolve(MARK);
                    if (!Files.exists(mark)) {
                        Path part = directory.resolve(MARK + PART);
                        Files.writeString(part, identity + "\n");
                        try (FileChannel channel =
                                FileChannel.open(part, StandardOpenOption.WRITE)) {
                            channel.force(true);
                        }
                        Files.move(part, mark, StandardCopyOption.ATOMIC_MOVE);
                        forceDirectory(directory);
                    }
                });
        requireThere();
    }

    @Override
    public Optional<String> mark() throws TierException {
        try {
            return Optional.of(
                    Files.readString(directory.resolve(MARK), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw translate("read " + MARK, e);
        }
    }

    private void requireThere() throws TierException {
        String found =
                mark().orElseThrow(() ->
                        new TierException(
                                Reason.NOT_THERE,
                                "%s is not there: is it mounted?"
                                        .formatted(directory.resolve(MARK))));
        if (!found.equals(identity)) {
            throw new TierException(
                    Reason.NOT_THERE,
                    "%s is tier %s and not %s".formatted(directory, found, identity));
        }
    }

    @Override
    public boolean isAsynchronous() {
        return false;
    }

    @Override
    public long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException {
        requireThere();
        long lengthBytes = content.lengthBytes();
        if (verify(key, lengthBytes, sha256) == VerifyOutcome.VERIFIED) {
            return 0;
        }
        Path file = file(key);
        Path part = part(key);
        perform("make a directory for " + key, () -> makeDirectories(file));
        boolean isWhole = false;
        try {
            write(key, content, lengthBytes, part);
            if (!attempt("read back " + key, () -> digest(part)).equals(sha256)) {
                throw new TierException(
                        Reason.CORRUPT,
                        "%s: %s was not written as it is".formatted(directory, key));
            }
            perform(
                    "name " + key,
                    () -> {
                        Files.move(
                                part,
                                file,
                                StandardCopyOption.ATOMIC_MOVE,
                                StandardCopyOption.REPLACE_EXISTING);
                        forceDirectory(parentOf(file));
                    });
            isWhole = true;
            return lengthBytes;
        } finally {
            if (!isWhole) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** Faults of the content are the caller's, those of the tier's file are the tier's. */
    private void write(ObjectKey key, FileSource content, long lengthBytes, Path part)
            throws IOException {
        byte[] buffer = new byte[(int) Math.min(STEP_BYTES, Math.max(1, lengthBytes))];
        try (FileChannel channel = attempt("create " + key, () -> opener.open(part))) {
            for (long at = 0; at < lengthBytes; ) {
                int step = (int) Math.min(buffer.length, lengthBytes - at);
                if (content.read(at, MemorySegment.ofArray(buffer).asSlice(0, step)) < step) {
                    throw new EOFException(key + " got shorter while it was read");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, step);
                perform(
                        "write " + key,
                        () -> {
                            while (bytes.hasRemaining()) {
                                channel.write(bytes);
                            }
                        });
                at += step;
            }
            perform(
                    "force " + key,
                    () -> {
                        channel.force(true);
                    });
        }
    }

    @Override
    public List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException {
        requireThere();
        List<ObjectKey> found = new ArrayList<>();
        perform(
                "look for unfinished objects",
                () -> {
                    Path _ =
                            Files.walkFileTree(
                                    directory,
                                    new SimpleFileVisitor<Path>() {
                                        @Override
                                        public FileVisitResult visitFile(
                                                Path file, BasicFileAttributes about) {
                                            if (about.lastModifiedTime().toMillis()
                                                    < begunBeforeEpochMillis) {
                                                keyOfPart(file).ifPresent(found::add);
                                            }
                                            return FileVisitResult.CONTINUE;
                                        }

                                        // Others name and delete files meanwhile.
                                        @Override
                                        public FileVisitResult visitFileFailed(
                                                Path file, IOException fault) throws IOException {
                                            if (fault instanceof NoSuchFileException) {
                                                return FileVisitResult.CONTINUE;
                                            }
                                            throw fault;
                                        }
                                    });
                });
        return found;
    }

    private Optional<ObjectKey> keyOfPart(Path file) {
        String name = directory.relativize(file).toString();
        return name.endsWith(PART)
                ? TierLayout.objectKey(name.substring(0, name.length() - PART.length()))
                : Optional.empty();
    }

    @Override
    public void giveUp(ObjectKey key) throws TierException {
        requireThere();
        perform(
                "give up " + key,
                () -> {
                    boolean _ = Files.deleteIfExists(part(key));
                });
    }

    private Path part(ObjectKey key) {
        return directory.resolve(key.text() + PART);
    }

    private static ChunkDigest digest(Path file) throws IOException {
        try (FileSource source = FileSource.of(FileChannel.open(file, StandardOpenOption.READ))) {
            return Digests.of(source);
        }
    }

    @Override
    public ObjectState head(ObjectKey key) throws TierException {
        requireThere();
        return attempt(
                "look at " + key,
                () -> {
                    try {
                        return new ObjectState.Online(Files.size(file(key)));
                    } catch (NoSuchFileException e) {
                        return new ObjectState.Absent();
                    }
                });
    }

    @Override
    public VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        requireThere();
        return attempt(
                "verify " + key,
                () -> {
                    Path file = file(key);
                    if (!Files.exists(file)) {
                        return VerifyOutcome.ABSENT;
                    }
                    return Files.size(file) == lengthBytes && digest(file).equals(sha256)
                            ? VerifyOutcome.VERIFIED
                            : VerifyOutcome.DIFFERENT;
                });
    }

    @Override
    public GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes) throws TierException {
        requireThere();
        return attempt(
                "read " + key,
                () -> {
                    try {
                        FileChannel channel = FileChannel.open(file(key), StandardOpenOption.READ);
                        channel.position(offsetBytes);
                        return new GetOutcome.Bytes(
                                new Part(Channels.newInputStream(channel), lengthBytes));
                    } catch (NoSuchFileException e) {
                        return new GetOutcome.Absent();
                    }
                });
    }

    @Override
    public void delete(ObjectKey key) throws TierException {
        requireThere();
        perform(
                "delete " + key,
                () -> {
                    if (Files.deleteIfExists(file(key))) {
                        forceDirectory(parentOf(file(key)));
                    }
                });
    }

    @Override
    public List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
            throws TierException {
        requireThere();
        return attempt(
                "list " + prefix,
                () -> {
                    List<ListedObject> found = new ArrayList<>();
                    list(
                            directory,
                            "",
                            prefix,
                            after.map(ObjectKey::text).orElse(""),
                            limit,
                            found);
                    return found;
                });
    }

    /** Names below a directory in the order of their keys: a directory sorts as its name with a slash behind. */
    private static void list(
            Path below,
            String path,
            String prefix,
            String after,
            int limit,
            List<ListedObject> found)
            throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(below)) {
            for (Path entry : entries) {
                String name = path + entry.getFileName();
                names.add(Files.isDirectory(entry) ? name + "/" : name);
            }
        }
        names.sort(null);
        for (String name : names) {
            if (found.size() == limit) {
                return;
            }
            boolean mayHold = name.startsWith(prefix) || prefix.startsWith(name);
            boolean isBehind = name.compareTo(after) > 0 || after.startsWith(name);
            if (name.endsWith("/") && mayHold && isBehind) {
                String last = name.substring(path.length(), name.length() - 1);
                list(below.resolve(last), name, prefix, after, limit, found);
            } else if (isObject(name) && name.startsWith(prefix) && name.compareTo(after) > 0) {
                Path file = below.resolve(name.substring(path.length()));
                found.add(
                        new ListedObject(
                                new ObjectKey(name),
                                Files.size(file),
                                Files.getLastModifiedTime(file).toMillis()));
            }
        }
    }

    private static boolean isObject(String name) {
        return (name.startsWith(TierLayout.CHUNKS)
                        || name.startsWith(TierLayout.LABELS)
                        || name.startsWith(TierLayout.INDEXES))
                && !name.endsWith(PART)
                && !name.endsWith("/");
    }

    /** There is nothing to recall. */
    @Override
    public void recall(Collection<ObjectKey> keys) throws TierException {
        requireThere();
    }

    @Override
    public void close() {}

    private Path file(ObjectKey key) {
        return directory.resolve(key.text());
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T attempt(String what, Work<T> work) throws TierException {
        try {
            return work.run();
        } catch (TierException e) {
            throw e;
        } catch (IOException e) {
            throw translate(what, e);
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    private void perform(String what, Act act) throws TierException {
        int _ =
                attempt(
                        what,
                        () -> {
                            act.run();
                            return 0;
                        });
    }

    private TierException translate(String what, IOException fault) {
        return new TierException(
                reasonOf(fault),
                "%s: cannot %s: %s".formatted(directory, what, words(fault)),
                fault);
    }

    /** What the system says, where the kind of exception says no more. */
    private static String words(IOException fault) {
        String message = fault.getMessage();
        return fault.getClass() == IOException.class && message != null
                ? message
                : fault.toString();
    }

    private Reason reasonOf(IOException fault) {
        if (fault instanceof AccessDeniedException) {
            return Reason.DENIED;
        }
        String message = String.valueOf(fault.getMessage());
        boolean isFull =
                message.contains("No space left")
                        || message.contains("quota exceeded")
                        || freeBytes() == 0;
        return isFull ? Reason.FULL : Reason.FAILED;
    }

    private long freeBytes() {
        try {
            FileStore store = Files.getFileStore(directory);
            return store.getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    private static Path parentOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory");
        }
        return parent;
    }

    /** Makes the directories above a file, each durably named by the one above. */
    private static void makeDirectories(Path file) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = parentOf(file); !Files.exists(at); at = parentOf(at)) {
            missing.add(at);
        }
        for (Path at : missing.reversed()) {
            Files.createDirectories(at);
            forceDirectory(parentOf(at));
        }
    }

    private static void forceDirectory(Path names) throws IOException {
        try (FileChannel channel = FileChannel.open(names, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The first bytes of a stream, which is closed with it. */
    private static final class Part extends FilterInputStream {
        private long leftBytes;

        Part(InputStream bytes, long lengthBytes) {
            super(bytes);
            this.leftBytes = lengthBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int lengthMax) throws IOException {
            if (leftBytes == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(lengthMax, leftBytes));
            leftBytes -= Math.max(0, count);
            return count;
        }
    }
}
