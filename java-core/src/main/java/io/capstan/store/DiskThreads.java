package io.capstan.store;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that do disk I/O while its owner does something else. They exist while they have work, at most as many as
 * owners have under way, so a disk that is slow holds up nobody else.
 */
final class DiskThreads {

    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("disk-io-", 0).factory());

    private DiskThreads() {}

    static <T> Future<T> submit(Callable<T> io) {
        return THREADS.submit(io);
    }

    /** Waits for I/O whatever happens: it has a buffer of the caller's until it is done. */
    static <T> T await(Future<T> io) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return io.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
