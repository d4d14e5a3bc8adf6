package io.capstan.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What a process did to the files of its catalog, one call each, as {@code record_writes.c} saw it. */
sealed interface RecordedEvent {

    /** Bytes were written; with {@code synchronous} they were on stable storage when the call returned (O_DSYNC). */
    record Write(String path, long offset, byte[] data, boolean synchronous)
            implements RecordedEvent {}

    /** All of a file, or the names in a directory, are on stable storage. */
    record Flush(String path) implements RecordedEvent {}

    record Truncate(String path, long lengthBytes) implements RecordedEvent {}

    record Rename(String from, String to) implements RecordedEvent {}

    /** The process itself noted that this many of its changes have been acknowledged. */
    record Acknowledged(int changes) implements RecordedEvent {}

    int WRITE = 1;
    int FLUSH = 2;
    int TRUNCATE = 3;
    int RENAME = 4;
    int ACKNOWLEDGED = 5;

    int HEADER_LENGTH_BYTES = 32;

    /** Puts an {@link Acknowledged} into the log, from the process that is recorded. */
    static void acknowledge(FileChannel log, int changes) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        log.write(header.putInt(0, ACKNOWLEDGED).putLong(8, changes));
    }

    /** The log, to put marks into while {@code record_writes.c} puts the rest. */
    static FileChannel appendTo(Path log) throws IOException {
        return FileChannel.open(log, StandardOpenOption.APPEND);
    }

    static List<RecordedEvent> readAll(Path log) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).order(ByteOrder.LITTLE_ENDIAN);
        List<RecordedEvent> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            events.add(read(bytes));
        }
        return events;
    }

    private static RecordedEvent read(ByteBuffer bytes) {
        int kind = bytes.getInt();
        boolean synchronous = bytes.getInt() != 0;
        long offset = bytes.getLong();
        int pathBytes = Math.toIntExact(bytes.getLong());
        int dataBytes = Math.toIntExact(bytes.getLong());
        String path = new String(take(bytes, pathBytes), StandardCharsets.UTF_8);
        byte[] data = take(bytes, dataBytes);
        return switch (kind) {
            case WRITE -> new Write(path, offset, data, synchronous);
            case FLUSH -> new Flush(path);
            case TRUNCATE -> new Truncate(path, offset);
            case RENAME -> new Rename(path, new String(data, StandardCharsets.UTF_8));
            case ACKNOWLEDGED -> new Acknowledged(Math.toIntExact(offset));
            default -> throw new IllegalStateException("event of kind " + kind);
        };
    }

    private static byte[] take(ByteBuffer bytes, int lengthBytes) {
        byte[] taken = new byte[lengthBytes];
        bytes.get(taken);
        return taken;
    }
}
