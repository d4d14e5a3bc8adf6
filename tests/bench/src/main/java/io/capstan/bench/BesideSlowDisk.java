package io.capstan.bench;

import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Appends to a cartridge of one pool while another drive writes to a pool whose only disk is slow, a synchronized block at a
 * time, or while nobody uses that.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class BesideSlowDisk implements Contender {

    private static final Duration DELAY = Duration.ofMillis(100);
    private static final int BLOCK_BYTES = 256 << 10;

    private final EngineAppend append;
    private final boolean isSlowDiskUsed;
    private EngineNode node;
    private Medium slow;
    private volatile boolean isOver;

    BesideSlowDisk(Path directory, long bytes, long syncBytes, boolean isSlowDiskUsed) {
        this.isSlowDiskUsed = isSlowDiskUsed;
        append =
                new EngineAppend(
                        isSlowDiskUsed ? "beside a busy slow disk" : "beside an idle disk",
                        () -> {
                            node = EngineNode.withSlowPool(directory, DELAY);
                            return node;
                        },
                        bytes,
                        syncBytes,
                        1);
    }

    @Override
    public String name() {
        return append.name();
    }

    @Override
    public void start() throws Exception {
        append.start();
        slow = node.mountNew("SLOW", EngineNode.SLOW_POOL);
    }

    @Override
    public Duration warmUp() {
        return append.warmUp();
    }

    @Override
    public Sample turn() throws Exception {
        if (!isSlowDiskUsed) {
            return append.turn();
        }
        isOver = false;
        try (ExecutorService neighbour = Executors.newSingleThreadExecutor()) {
            Future<Integer> blocks = neighbour.submit(this::write);
            Sample sample;
            try {
                sample = append.turn();
            } finally {
                isOver = true;
            }
            if (blocks.get() == 0) {
                throw new IllegalStateException("nothing was written beside it");
            }
            return sample;
        }
    }

    private int write() throws StoreException {
        DataOut block = new DataOut(List.of(Blocks.random(BLOCK_BYTES).next()));
        int blocks = 0;
        while (!isOver) {
            slow.append(block, 0, BLOCK_BYTES);
            slow.synchronize();
            blocks++;
        }
        return blocks;
    }

    @Override
    public void close() throws IOException {
        slow.close();
        append.close();
    }
}
