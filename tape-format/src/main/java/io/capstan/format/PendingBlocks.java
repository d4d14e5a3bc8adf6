package io.capstan.format;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link PendingBlock}s for reuse, of a few lengths. All that are lent take no more than an eighth of the heap; who gets none
 * does without. Any thread.
 */
final class PendingBlocks {

    static final PendingBlocks SHARED = new PendingBlocks(Runtime.getRuntime().maxMemory() / 8);

    /** What tape hosts write: 256 KiB mostly, and what goes through one command of a Linux initiator at most. */
    private static final int[] LENGTHS = {256 << 10, 1 << 20};

    private static final long IDLE_MAX_BYTES = 16L << 20;

    private final long lentMaxBytes;
    private final List<ArrayDeque<PendingBlock>> idle =
            List.of(new ArrayDeque<>(), new ArrayDeque<>());
    private long lentBytes;
    private long idleBytes;

    PendingBlocks(long lentMaxBytes) {
        this.lentMaxBytes = lentMaxBytes;
    }

    /** One for a block of such a length; null if there is none. */
    @Nullable PendingBlock take(int lengthBytes) {
        int size = sizeFor(lengthBytes);
        if (size == LENGTHS.length) {
            return null;
        }
        long memoryBytes = PendingBlock.memoryBytes(LENGTHS[size]);
        synchronized (idle) {
            if (lentBytes + memoryBytes > lentMaxBytes) {
                return null;
            }
            lentBytes += memoryBytes;
            PendingBlock block = idle.get(size).poll();
            if (block != null) {
                idleBytes -= memoryBytes;
                return block;
            }
        }
        return new PendingBlock(LENGTHS[size]);
    }

    /** Takes one back that nobody uses any more. */
    void give(PendingBlock block) {
        long memoryBytes = PendingBlock.memoryBytes(block.lengthMaxBytes());
        synchronized (idle) {
            lentBytes -= memoryBytes;
            if (idleBytes + memoryBytes <= IDLE_MAX_BYTES) {
                idleBytes += memoryBytes;
                idle.get(sizeFor(block.lengthMaxBytes())).push(block);
            }
        }
    }

    private static int sizeFor(int lengthBytes) {
        int size = 0;
        while (size < LENGTHS.length && lengthBytes > LENGTHS[size]) {
            size++;
        }
        return size;
    }
}
