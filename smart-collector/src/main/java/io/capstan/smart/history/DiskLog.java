package io.capstan.smart.history;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The append-only file of a disk's {@link DiskHistory}.
 *
 * <p>What has been appended is on stable storage when the call returns. A torn tail, which a crash leaves, is cut off when the
 * file is opened; the whole records before it are kept. Has one owner.
 */
public final class DiskLog implements AutoCloseable {

    private static final int BUFFER_LENGTH = DiskLogDescriptor.PAYLOAD_LENGTH_MAX;

    /** So often is it noted that a disk was seen, when nothing of it changes. */
    private static final long SEEN_INTERVAL_SECONDS = 24L * 3600;

    private static final int DAY_SECONDS = 24 * 3600;

    private final FileChannel channel;
    private final DiskHistory history = new DiskHistory();
    private final Map<String, Integer> keys = new HashMap<>();
    private final List<String> keyNames = new ArrayList<>();
    private final SortedMap<String, Long> latest = new TreeMap<>();
    private final SortedMap<String, Gauge> today = new TreeMap<>();
    private long lastRowSeconds;
    private long lastNotedSeconds;
    private long todayDay = -1;

    private static final class Gauge {

        private long least = Long.MAX_VALUE;
        private long greatest = Long.MIN_VALUE;
        private double sum;
        private int count;

        void add(long value) {
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
            sum += value;
            count++;
        }

        long mean() {
            return Math.clamp(Math.round(sum / count), least, greatest);
        }
    }

    private DiskLog(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a log, making it if it is not there.
     *
     * @throws IOException if it cannot be read, or is not such a log; it is left as it is then
     */
    public static DiskLog open(Path file) throws IOException {
        boolean isNew = !Files.exists(file) || Files.size(file) == 0;
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            DiskLog log = new DiskLog(channel);
            if (isNew) {
                log.write(DiskLogDescriptor.header());
            } else {
                log.replay(file);
            }
            return log;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public DiskHistory history() {
        return history;
    }

    private void replay(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String fault = DiskLogDescriptor.headerFault(bytes);
        if (!fault.isEmpty()) {
            throw new IOException(file + ": " + fault);
        }
        int offset = DiskLogDescriptor.HEADER_LENGTH;
        int length = DiskLogDescriptor.recordLength(bytes, offset);
        while (length > 0) {
            try {
                apply(
                        DiskLogDescriptor.kind(bytes, offset),
                        DiskLogDescriptor.payload(bytes, offset, length));
            } catch (BufferUnderflowException
                    | IllegalArgumentException
                    | IndexOutOfBoundsException e) {
                throw new IOException(file + ": the record at " + offset + " makes no sense", e);
            }
            offset += length;
            length = DiskLogDescriptor.recordLength(bytes, offset);
        }
        channel.truncate(offset);
        channel.position(offset);
    }

    private void apply(int kind, ByteBuffer payload) {
        switch (kind) {
            case DiskLogDescriptor.KEY -> addKey(text(payload));
            case DiskLogDescriptor.ROW -> applyRow(payload);
            case DiskLogDescriptor.DAY -> applyDay(payload);
            case DiskLogDescriptor.EVENT -> {
                long time = DiskLogDescriptor.getVarint(payload);
                DiskEvent.Kind event = DiskEvent.Kind.of(payload.get());
                history.add(new DiskEvent(time, event, text(payload)));
            }
            case DiskLogDescriptor.SEEN -> {
                lastNotedSeconds = DiskLogDescriptor.getVarint(payload);
                history.seen(lastNotedSeconds, (int) DiskLogDescriptor.getVarint(payload));
            }
            default -> throw new IllegalArgumentException("a record of kind " + kind);
        }
    }

    private static String text(ByteBuffer rest) {
        byte[] bytes = new byte[rest.remaining()];
        rest.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void applyRow(ByteBuffer payload) {
        lastRowSeconds += DiskLogDescriptor.getVarint(payload);
        int powered = (int) DiskLogDescriptor.getVarint(payload);
        long key = DiskLogDescriptor.getVarint(payload);
        while (key != 0) {
            String name = keyNames.get((int) key - 1);
            long change = DiskLogDescriptor.unzigzag(DiskLogDescriptor.getVarint(payload));
            long value = latest.getOrDefault(name, 0L) + change;
            if (value < 0) {
                latest.remove(name);
            } else {
                latest.put(name, value);
            }
            key = DiskLogDescriptor.getVarint(payload);
        }
        lastNotedSeconds = lastRowSeconds;
        history.add(new DiskHistory.Row(lastRowSeconds, powered, latest));
    }

    private void applyDay(ByteBuffer payload) {
        int day = (int) DiskLogDescriptor.getVarint(payload);
        long key = DiskLogDescriptor.getVarint(payload);
        while (key != 0) {
            long least = DiskLogDescriptor.unzigzag(DiskLogDescriptor.getVarint(payload));
            long mean = least + DiskLogDescriptor.getVarint(payload);
            long greatest = mean + DiskLogDescriptor.getVarint(payload);
            history.add(
                    new DiskHistory.Day(day, keyNames.get((int) key - 1), least, mean, greatest));
            key = DiskLogDescriptor.getVarint(payload);
        }
    }

    private int addKey(String name) {
        keys.put(name, keyNames.size());
        keyNames.add(name);
        return keyNames.size() - 1;
    }

    /**
     * Takes down what a disk reported. A row is written only if a counter changed, is new, or is not reported any more.
     *
     * @param timeSeconds not before what was taken down before; an earlier time is taken for the latest
     * @param counters none of them negative
     */
    public void observe(
            long timeSeconds,
            int poweredHours,
            SortedMap<String, Long> counters,
            SortedMap<String, Long> gauges)
            throws IOException {
        long time = Math.max(timeSeconds, Math.max(lastRowSeconds, history.lastSeenSeconds()));
        boolean isFirst = history.rows().isEmpty();
        observeGauges(time, gauges);
        if (isFirst || !counters.equals(latest)) {
            appendRow(time, poweredHours, counters);
        } else {
            history.seen(time, poweredHours);
            if (time - lastNotedSeconds >= SEEN_INTERVAL_SECONDS) {
                ByteBuffer payload = ByteBuffer.allocate(20);
                DiskLogDescriptor.putVarint(payload, time);
                DiskLogDescriptor.putVarint(payload, poweredHours);
                append(DiskLogDescriptor.SEEN, payload);
            }
        }
    }

    private void appendRow(long time, int poweredHours, SortedMap<String, Long> counters)
            throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(BUFFER_LENGTH);
        DiskLogDescriptor.putVarint(payload, time - lastRowSeconds);
        DiskLogDescriptor.putVarint(payload, poweredHours);
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            if (counter.getValue() < 0) {
                throw new IllegalArgumentException(
                        counter.getKey() + " is negative: " + counter.getValue());
            }
            Long before = latest.get(counter.getKey());
            if (before == null || !before.equals(counter.getValue())) {
                DiskLogDescriptor.putVarint(payload, key(counter.getKey()) + 1);
                long change = counter.getValue() - (before == null ? 0 : before);
                DiskLogDescriptor.putVarint(payload, DiskLogDescriptor.zigzag(change));
            }
        }
        for (Map.Entry<String, Long> counter : latest.entrySet()) {
            if (!counters.containsKey(counter.getKey())) {
                DiskLogDescriptor.putVarint(payload, key(counter.getKey()) + 1);
                DiskLogDescriptor.putVarint(
                        payload, DiskLogDescriptor.zigzag(-1 - counter.getValue()));
            }
        }
        payload.put((byte) 0);
        append(DiskLogDescriptor.ROW, payload);
    }

    private void observeGauges(long time, SortedMap<String, Long> gauges) throws IOException {
        long day = time / DAY_SECONDS;
        if (day != todayDay && !today.isEmpty()) {
            endDay();
        }
        todayDay = day;
        gauges.forEach((key, value) -> today.computeIfAbsent(key, _ -> new Gauge()).add(value));
    }

    private void endDay() throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(BUFFER_LENGTH);
        DiskLogDescriptor.putVarint(payload, todayDay);
        for (Map.Entry<String, Gauge> entry : today.entrySet()) {
            Gauge gauge = entry.getValue();
            DiskLogDescriptor.putVarint(payload, key(entry.getKey()) + 1);
            DiskLogDescriptor.putVarint(payload, DiskLogDescriptor.zigzag(gauge.least));
            DiskLogDescriptor.putVarint(payload, gauge.mean() - gauge.least);
            DiskLogDescriptor.putVarint(payload, gauge.greatest - gauge.mean());
        }
        payload.put((byte) 0);
        today.clear();
        append(DiskLogDescriptor.DAY, payload);
    }

    /** Takes down an event. */
    public void append(DiskEvent event) throws IOException {
        byte[] detail = event.detail().getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(11 + detail.length);
        DiskLogDescriptor.putVarint(payload, event.timeSeconds());
        payload.put((byte) event.kind().code()).put(detail);
        append(DiskLogDescriptor.EVENT, payload);
    }

    private int key(String name) throws IOException {
        Integer known = keys.get(name);
        if (known != null) {
            return known;
        }
        write(
                DiskLogDescriptor.record(
                        DiskLogDescriptor.KEY, name.getBytes(StandardCharsets.UTF_8)));
        return addKey(name);
    }

    /** What is read back is what was written: memory changes by the same code as when the file is opened. */
    private void append(int kind, ByteBuffer payload) throws IOException {
        byte[] bytes = new byte[payload.position()];
        payload.flip().get(bytes);
        write(DiskLogDescriptor.record(kind, bytes));
        channel.force(false);
        apply(kind, ByteBuffer.wrap(bytes));
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Ends the day's values too, so that they are not lost. */
    @Override
    public void close() throws IOException {
        try {
            if (!today.isEmpty()) {
                endDay();
            }
        } finally {
            channel.close();
        }
    }
}
