package io.capstan.bench;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import io.capstan.medium.ReadOutcome;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads a cartridge from its beginning to end of data. */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class EngineRead implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;

    private final Path directory;
    private final long bytes;
    private final boolean cold;
    private final MemorySegment target = Arena.global().allocate(BLOCK_BYTES, 4096);
    private EngineNode node;
    private Medium medium;

    /**
     * @param cold whether the page cache is emptied before each turn
     */
    EngineRead(Path directory, long bytes, boolean cold) {
        this.directory = directory;
        this.bytes = bytes;
        this.cold = cold;
    }

    @Override
    public String name() {
        return "capstan";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
        medium = node.mountNew("BENCH1");
        Blocks blocks = Blocks.random(BLOCK_BYTES);
        for (long written = 0; written < bytes; written += BLOCK_BYTES) {
            medium.append(new DataOut(List.of(blocks.next())), 0, BLOCK_BYTES);
        }
        medium.close();
        medium = node.mount("BENCH1");
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Sample turn() throws Exception {
        if (cold) {
            Processes.dropPageCache();
        }
        medium.locate(0, 0);
        double cpuBefore = Processes.cpuSeconds();
        long begin = System.nanoTime();
        DataIn data = new DataIn(List.of(target));
        long read = 0;
        while (medium.read(data, 0, BLOCK_BYTES) instanceof ReadOutcome.Block block) {
            read += block.lengthBytes();
        }
        long nanos = System.nanoTime() - begin;
        if (read != bytes) {
            throw new IllegalStateException("read " + read + " bytes of " + bytes);
        }
        return Sample.throughput(bytes, nanos, Processes.cpuSeconds() - cpuBefore);
    }

    @Override
    public void close() throws IOException {
        medium.close();
        node.close();
    }
}
