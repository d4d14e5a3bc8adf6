package io.capstan.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A disk that does again what was recorded, and knows what a loss of power may leave of it: all that was flushed or written
 * synchronously, and of the rest whatever the disk pleases, sector by sector; a file's new name, or its old one.
 */
final class RecordedDisk {

    private static final int SECTOR_LENGTH_BYTES = 512;

    /** What is left of that which nothing forced to the disk. */
    enum Left {
        ALL,
        NOTHING,
        /** As the random numbers say: some writes, some of them torn. */
        SOME
    }

    /** A file by whatever name. */
    private static final class RecordedFile {

        private record Change(RecordedEvent event, boolean isStable) {}

        private byte[] base = {};
        private final ArrayDeque<Change> changes = new ArrayDeque<>();

        void add(RecordedEvent event, boolean isStable) {
            changes.add(new Change(event, isStable));
            while (!changes.isEmpty() && changes.getFirst().isStable()) {
                base = applied(base, changes.removeFirst().event());
            }
        }

        void flush() {
            for (Change change : changes) {
                base = applied(base, change.event());
            }
            changes.clear();
        }

        byte[] content(Left left, Random random) {
            byte[] content = base.clone();
            for (Change change : changes) {
                if (change.isStable() || left == Left.ALL) {
                    content = applied(content, change.event());
                } else if (left == Left.SOME && random.nextBoolean()) {
                    content = appliedInPart(content, change.event(), random);
                }
            }
            return content;
        }

        private static byte[] appliedInPart(byte[] content, RecordedEvent event, Random random) {
            if (!(event instanceof RecordedEvent.Write write) || random.nextInt(4) > 0) {
                return applied(content, event);
            }
            byte[] torn = content;
            for (int at = 0; at < write.data().length; ) {
                long end = (write.offset() + at) / SECTOR_LENGTH_BYTES * SECTOR_LENGTH_BYTES;
                int next =
                        (int)
                                Math.min(
                                        write.data().length,
                                        end + SECTOR_LENGTH_BYTES - write.offset());
                if (random.nextBoolean()) {
                    byte[] sector = Arrays.copyOfRange(write.data(), at, next);
                    torn = written(torn, write.offset() + at, sector);
                }
                at = next;
            }
            return torn;
        }

        private static byte[] applied(byte[] content, RecordedEvent event) {
            return switch (event) {
                case RecordedEvent.Write write -> written(content, write.offset(), write.data());
                case RecordedEvent.Truncate truncate ->
                        Arrays.copyOf(content, Math.toIntExact(truncate.lengthBytes()));
                default -> throw new IllegalStateException(event + " does not change a file");
            };
        }

        /** In place where there is room. */
        private static byte[] written(byte[] content, long offset, byte[] data) {
            int at = Math.toIntExact(offset);
            byte[] result =
                    at + data.length <= content.length
                            ? content
                            : Arrays.copyOf(content, at + data.length);
            System.arraycopy(data, 0, result, at, data.length);
            return result;
        }
    }

    private final Map<String, RecordedFile> files = new LinkedHashMap<>();
    private Map<String, RecordedFile> stableNames = new HashMap<>();

    void apply(RecordedEvent event) {
        switch (event) {
            case RecordedEvent.Write write -> file(write.path()).add(write, write.synchronous());
            case RecordedEvent.Truncate truncate -> file(truncate.path()).add(truncate, false);
            case RecordedEvent.Flush flush -> flush(flush.path());
            case RecordedEvent.Rename rename -> {
                RecordedFile file = files.remove(rename.from());
                if (file != null) {
                    files.put(rename.to(), file);
                }
            }
            case RecordedEvent.Acknowledged _ -> {}
        }
    }

    private RecordedFile file(String path) {
        return files.computeIfAbsent(path, _ -> new RecordedFile());
    }

    private void flush(String path) {
        RecordedFile file = files.get(path);
        if (file != null) {
            file.flush();
        } else {
            stableNames = new HashMap<>(files);
        }
    }

    /** Makes the files in {@code to} as they may be found in {@code recorded} after a loss of power now. */
    void leave(Left left, Random random, Path recorded, Path to) throws IOException {
        Map<String, RecordedFile> names =
                switch (left) {
                    case ALL -> files;
                    case NOTHING -> stableNames;
                    case SOME -> random.nextBoolean() ? files : stableNames;
                };
        for (Map.Entry<String, RecordedFile> entry : names.entrySet()) {
            Path path = to.resolve(recorded.relativize(Path.of(entry.getKey())).toString());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.write(path, entry.getValue().content(left, random));
        }
    }
}
