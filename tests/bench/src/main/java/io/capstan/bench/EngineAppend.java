package io.capstan.bench;

import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Appends blocks to new cartridges, with a synchronize now and then. As for the yardsticks, deleting is not measured. */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class EngineAppend implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;

    private final String name;
    private final Opening opening;
    private final long bytes;
    private final long syncBytes;
    private final List<Blocks> blocks = new ArrayList<>();
    private final int drives;
    private EngineNode node;
    private int cartridges;

    /** Opens the node that is written to, which this closes. */
    interface Opening {
        EngineNode open() throws Exception;
    }

    /**
     * @param bytes of all drives together
     */
    EngineAppend(Path directory, long bytes, long syncBytes, int drives) {
        this(
                drives == 1 ? "capstan" : "capstan, " + drives + " drives",
                () -> new EngineNode(directory),
                bytes,
                syncBytes,
                drives);
    }

    EngineAppend(String name, Opening opening, long bytes, long syncBytes, int drives) {
        this.name = name;
        this.opening = opening;
        this.bytes = bytes;
        this.syncBytes = syncBytes;
        this.drives = drives;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() throws Exception {
        node = opening.open();
        for (int drive = 0; drive < drives; drive++) {
            blocks.add(Blocks.random(BLOCK_BYTES));
        }
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Sample turn() throws Exception {
        List<String> volumes = new ArrayList<>();
        List<Medium> mediums = new ArrayList<>();
        for (int drive = 0; drive < drives; drive++) {
            volumes.add("BENCH%d".formatted(++cartridges));
            mediums.add(node.mountNew(volumes.getLast()));
        }
        Sample sample = append(mediums);
        for (Medium medium : mediums) {
            medium.close();
        }
        for (String volume : volumes) {
            node.delete(volume);
        }
        node.awaitNoChunks();
        return sample;
    }

    private Sample append(List<Medium> mediums) throws Exception {
        List<Callable<Void>> writers = new ArrayList<>();
        for (int drive = 0; drive < drives; drive++) {
            Medium medium = mediums.get(drive);
            Blocks data = blocks.get(drive);
            writers.add(() -> {
                append(medium, data);
                return null;
            });
        }
        try (ExecutorService owners = Executors.newFixedThreadPool(drives)) {
            double cpuBefore = Processes.cpuSeconds();
            long begin = System.nanoTime();
            for (Future<Void> writer : owners.invokeAll(writers)) {
                writer.get();
            }
            long nanos = System.nanoTime() - begin;
            return Sample.throughput(bytes, nanos, Processes.cpuSeconds() - cpuBefore);
        }
    }

    private void append(Medium medium, Blocks data) throws Exception {
        long toSync = syncBytes;
        for (long written = 0; written < bytes / drives; written += BLOCK_BYTES) {
            medium.append(new DataOut(List.of(data.next())), 0, BLOCK_BYTES);
            toSync -= BLOCK_BYTES;
            if (toSync == 0) {
                medium.synchronize();
                toSync = syncBytes;
            }
        }
        medium.synchronize();
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
