package io.capstan.medium;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads of what a drive need not wait for.
 *
 * @param sealing seals full chunks, in any order; a medium that waits for a chunk nobody has begun seals it itself
 * @param housekeeping reclaims garbage and refreshes labels, one thing after the other
 */
public record BackgroundThreads(ExecutorService sealing, ExecutorService housekeeping) {

    /** Sealing is waiting for disks: one thread for each of some disks, and one more to keep them busy. */
    private static final int SEALING_THREADS = 4;

    /** Threads of the machine. */
    public static BackgroundThreads start() {
        return new BackgroundThreads(
                Executors.newFixedThreadPool(
                        SEALING_THREADS,
                        Thread.ofPlatform().daemon().name("medium-sealing-", 0).factory()),
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("medium-housekeeping").factory()));
    }
}
