package io.capstan.fakes;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An executor without threads: what it is given waits until the test lets it run, on the test's own thread. One thread.
 *
 * <p>Closing it drops what waits, as the end of a process does.
 */
public final class DeferredExecutor extends AbstractExecutorService {

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean closed;

    @Override
    public void execute(Runnable command) {
        waiting.add(command);
    }

    /** Runs what has waited longest; false if nothing waits. */
    public boolean runNext() {
        Runnable next = waiting.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    /** Runs what waits, and what comes of it, until nothing does. */
    public void runAll() {
        boolean ran = true;
        while (ran) {
            ran = runNext();
        }
    }

    @Override
    public void shutdown() {
        closed = true;
        waiting.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> dropped = List.copyOf(waiting);
        shutdown();
        return dropped;
    }

    @Override
    public boolean isShutdown() {
        return closed;
    }

    @Override
    public boolean isTerminated() {
        return closed;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return closed;
    }
}
