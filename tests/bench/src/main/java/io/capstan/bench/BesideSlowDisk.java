package io.capstan.bench;

import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a cartridge of one pool while another drive writes on to a pool whose only disk is slow, or while nobody uses
 * that.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class BesideSlowDisk implements Contender {

    private static final Duration DELAY = Duration.ofMillis(100);
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int SYNC_BLOCKS = 64;

    private final EngineAppend append;
    private final boolean isSlowDiskUsed;
    private EngineNode node;
    private @Nullable Thread neighbour;
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
        if (!isSlowDiskUsed) {
            return;
        }
        Medium medium = node.mountNew("SLOW", EngineNode.SLOW_POOL);
        neighbour = Thread.ofPlatform().name("slow-drive").start(() -> write(medium));
    }

    private void write(Medium medium) {
        DataOut block = new DataOut(List.of(Blocks.random(BLOCK_BYTES).next()));
        try (medium) {
            for (int blocks = 1; !isOver; blocks++) {
                medium.append(block, 0, BLOCK_BYTES);
                if (blocks % SYNC_BLOCKS == 0) {
                    medium.synchronize();
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException("the drive beside it failed", e);
        }
    }

    @Override
    public Duration warmUp() {
        return append.warmUp();
    }

    @Override
    public Sample turn() throws Exception {
        if (neighbour != null && !neighbour.isAlive()) {
            throw new IllegalStateException("no drive writes beside it");
        }
        return append.turn();
    }

    @Override
    public void close() throws IOException {
        isOver = true;
        try {
            if (neighbour != null) {
                neighbour.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        append.close();
    }
}
