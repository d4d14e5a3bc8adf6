package io.capstan.bench;

import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Appends blocks to new cartridges, with a synchronize now and then. As for the yardsticks, deleting is not measured. */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class EngineAppend implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;

    private final Path directory;
    private final long bytes;
    private final long syncBytes;
    private final Blocks blocks;
    private EngineNode node;
    private int cartridges;

    EngineAppend(Path directory, long bytes, long syncBytes, Blocks blocks) {
        this.directory = directory;
        this.bytes = bytes;
        this.syncBytes = syncBytes;
        this.blocks = blocks;
    }

    static Blocks randomBlocks() {
        return Blocks.random(BLOCK_BYTES);
    }

    @Override
    public String name() {
        return "capstan";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
    }

    @Override
    public Sample turn() throws Exception {
        String volume = "BENCH%d".formatted(++cartridges);
        Sample sample;
        try (Medium medium = node.mountNew(volume)) {
            sample = append(medium);
        }
        node.remove(volume);
        return sample;
    }

    private Sample append(Medium medium) throws Exception {
        double cpuBefore = Processes.cpuSeconds();
        long begin = System.nanoTime();
        long toSync = syncBytes;
        for (long written = 0; written < bytes; written += BLOCK_BYTES) {
            medium.append(new DataOut(List.of(blocks.next())), 0, BLOCK_BYTES);
            toSync -= BLOCK_BYTES;
            if (toSync == 0) {
                medium.synchronize();
                toSync = syncBytes;
            }
        }
        medium.synchronize();
        long nanos = System.nanoTime() - begin;
        return Sample.throughput(bytes, nanos, Processes.cpuSeconds() - cpuBefore);
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
