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

    /**
     * Threads of the machine. Sealing is waiting for disks, and no medium has more than two chunks being sealed: each has a
     * thread of its own, so that a slow disk holds up no drive that does not write to it.
     */
    public static BackgroundThreads start() {
        return new BackgroundThreads(
                Executors.newCachedThreadPool(
                        Thread.ofPlatform().daemon().name("medium-sealing-", 0).factory()),
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("medium-housekeeping").factory()));
    }
}
