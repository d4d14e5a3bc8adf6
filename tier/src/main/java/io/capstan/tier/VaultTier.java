package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A tier in a directory that hands objects out as a vault does: some time after they were asked for, batch by batch, and for
 * a while. It is what an archive in a cloud is like, without one.
 *
 * <p>Only chunks are handed out so: what tells of them can be read at once. Requests that come within the same window become one batch, which is ready the delay after that window's end. The file
 * {@code recalls/KEY} holds when the object is ready and when its turn is over, so that requests outlive restarts.
 */
public final class VaultTier implements TierProvider {

    private static final String RECALLS = "recalls";

    private final DirectoryTier objects;
    private final Path recalls;
    private final Options options;
    private final InstantSource clock;

    /** Turns are written one at a time: many ask for the same objects. */
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * How it hands objects out.
     *
     * @param delayMillis from the end of a batch's window to when its objects can be read
     * @param windowMillis how long requests are gathered into one batch; 0 for each by itself
     * @param keptMillis how long a recalled object can be read
     */
    public record Options(long delayMillis, long windowMillis, long keptMillis) {

        public Options {
            if (delayMillis < 0 || windowMillis < 0 || keptMillis < 1) {
                throw new IllegalArgumentException(
                        "delay %d, window %d, kept %d"
                                .formatted(delayMillis, windowMillis, keptMillis));
            }
        }
    }

    /** When a recalled object can be read. */
    private record Turn(long readyEpochMillis, long overEpochMillis) {}

    public VaultTier(Path directory, String identity, Options options, InstantSource clock) {
        this.objects = new DirectoryTier(directory, identity);
        this.recalls = directory.resolve(RECALLS);
        this.options = options;
        this.clock = clock;
    }

    @Override
    public void begin() throws TierException {
        objects.begin();
    }

    @Override
    public Optional<String> mark() throws TierException {
        return objects.mark();
    }

    @Override
    public boolean isAsynchronous() {
        return true;
    }

    @Override
    public long recallDelayMillis() {
        return options.windowMillis() + options.delayMillis();
    }

    @Override
    public long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException {
        return objects.put(key, content, sha256);
    }

    @Override
    public List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException {
        return objects.unfinished(begunBeforeEpochMillis);
    }

    @Override
    public void giveUp(ObjectKey key) throws TierException {
        objects.giveUp(key);
    }

    @Override
    public ObjectState head(ObjectKey key) throws TierException {
        return switch (objects.head(key)) {
            case ObjectState.Online(long lengthBytes) -> state(key, lengthBytes);
            case ObjectState other -> other;
        };
    }

    private ObjectState state(ObjectKey key, long lengthBytes) throws TierException {
        if (!TierLayout.isChunk(key)) {
            return new ObjectState.Online(lengthBytes);
        }
        Optional<Turn> turn = turn(key);
        long now = clock.millis();
        if (turn.isEmpty() || turn.get().overEpochMillis() <= now) {
            return new ObjectState.Archived(lengthBytes);
        }
        return turn.get().readyEpochMillis() <= now
                ? new ObjectState.Online(lengthBytes)
                : new ObjectState.Recalling(
                        lengthBytes, OptionalLong.of(turn.get().readyEpochMillis()));
    }

    /** The vault looks at what it holds by itself. */
    @Override
    public VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        return objects.verify(key, lengthBytes, sha256);
    }

    @Override
    public GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes) throws TierException {
        return switch (head(key)) {
            case ObjectState.Absent() -> new GetOutcome.Absent();
            case ObjectState.Archived _, ObjectState.Recalling _ -> new GetOutcome.NotRecalled();
            case ObjectState.Online _ -> objects.get(key, offsetBytes, lengthBytes);
        };
    }

    @Override
    public void delete(ObjectKey key) throws TierException {
        objects.delete(key);
        try {
            Files.deleteIfExists(recalls.resolve(key.text()));
        } catch (IOException e) {
            throw new TierException(
                    Reason.FAILED, "cannot forget the recall of " + key + ": " + e, e);
        }
    }

    @Override
    public List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
            throws TierException {
        return objects.list(prefix, after, limit);
    }

    @Override
    public void recall(Collection<ObjectKey> keys) throws TierException {
        long now = clock.millis();
        long ready = batchEnd(now) + options.delayMillis();
        Turn turn = new Turn(ready, ready + options.keptMillis());
        writing.lock();
        try {
            for (ObjectKey key : keys) {
                if (head(key) instanceof ObjectState.Archived) {
                    keep(key, turn);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private long batchEnd(long now) {
        long window = options.windowMillis();
        return window == 0 ? now : Math.ceilDiv(now, window) * window;
    }

    private Optional<Turn> turn(ObjectKey key) throws TierException {
        try {
            String[] words =
                    Files.readString(recalls.resolve(key.text()), StandardCharsets.US_ASCII)
                            .strip()
                            .split(" ");
            return Optional.of(new Turn(Long.parseLong(words[0]), Long.parseLong(words[1])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TierException(
                    Reason.FAILED, "cannot read the recall of " + key + ": " + e, e);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Written in part when the power went: it is asked for again.
            return Optional.empty();
        }
    }

    private void keep(ObjectKey key, Turn turn) throws TierException {
        Path file = recalls.resolve(key.text());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(
                    part,
                    "%d %d\n".formatted(turn.readyEpochMillis(), turn.overEpochMillis()),
                    StandardCharsets.US_ASCII);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new TierException(Reason.FAILED, "cannot recall " + key + ": " + e, e);
        }
    }

    @Override
    public void close() {
        objects.close();
    }
}
