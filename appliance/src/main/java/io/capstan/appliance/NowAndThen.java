package io.capstan.appliance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Work that is done again and again, at once and then after each pause, on a thread of its own. Owner thread. */
public final class NowAndThen {

    private final String name;
    private final Duration pause;
    private final Runnable work;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Thread thread;

    /**
     * @param name of the thread
     * @param work throws nothing: what goes wrong is its own affair
     */
    public NowAndThen(String name, Duration pause, Runnable work) {
        this.name = name;
        this.pause = pause;
        this.work = work;
    }

    /** Begins, once. */
    public void start() {
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        try {
            do {
                work.run();
            } while (!stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends it for good, when the work under way is done.
     *
     * @return whether it was going on
     */
    public boolean stop() {
        stopping.countDown();
        Thread running = thread;
        thread = null;
        if (running == null) {
            return false;
        }
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
