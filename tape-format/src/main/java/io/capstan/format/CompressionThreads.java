package io.capstan.format;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that compress blocks of all drives: as many as there are processors, for more could do no more, and none where there
 * is but one. They end when there was nothing to do for a while.
 *
 * <p>What does not fit in the queue is not done here. No block depends on it: its owner does it when its turn comes.
 */
final class CompressionThreads {

    private static final int COUNT = Runtime.getRuntime().availableProcessors();
    private static final int WAITING_MAX = 256;
    private static final int IDLE_SECONDS = 10;

    private static final ThreadLocal<BlockCompressor> COMPRESSOR =
            ThreadLocal.withInitial(() -> new BlockCompressor(BlockCompressor.LEVEL_DEFAULT));
    private static final ThreadPoolExecutor THREADS = threads();

    private CompressionThreads() {}

    private static ThreadPoolExecutor threads() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        COUNT,
                        COUNT,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING_MAX),
                        CompressionThreads::thread,
                        new ThreadPoolExecutor.DiscardPolicy());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static Thread thread(Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name("compression")
                .unstarted(() -> {
                    try {
                        work.run();
                    } finally {
                        COMPRESSOR.get().close();
                    }
                });
    }

    static void offer(PendingBlock block) {
        if (COUNT == 1) {
            return;
        }
        try {
            THREADS.execute(block);
        } catch (OutOfMemoryError noThread) {
            // The system gives no more threads; the owner needs none.
        }
    }

    /** The calling thread's, which is one of these. */
    static BlockCompressor compressor() {
        return COMPRESSOR.get();
    }
}
