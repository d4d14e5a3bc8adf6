package io.capstan.appliance.daemon;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns a signal to end into an orderly stop on the main thread, with an exit status of its own: a JVM that is ended by a
 * signal would say 143, which a service manager takes for a failure.
 */
final class Shutdown {

    /** Long enough to synchronize every drive, shorter than the time service managers give. */
    private static final long STOP_MAX_SECONDS = 80;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int exitStatus;
    private volatile boolean keepsDevices;

    void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "shutdown"));
    }

    /**
     * Asks for a stop, as a signal does.
     *
     * @param keepDevices whether kernel devices stay for the next start
     */
    void request(boolean keepDevices) {
        keepsDevices = keepDevices;
        requested.countDown();
    }

    boolean keepsDevices() {
        return keepsDevices;
    }

    void await() throws InterruptedException {
        requested.await();
    }

    void exitStatus(int status) {
        exitStatus = status;
    }

    /** Everything is closed. */
    void done() {
        done.countDown();
    }

    private void onSignal() {
        if (done.getCount() == 0) {
            // The main thread came to its end by itself and exits with its own status.
            return;
        }
        requested.countDown();
        int status = Capstand.FAILED;
        try {
            if (done.await(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
                status = exitStatus;
            } else {
                System.err.println(
                        "capstand: not stopped in order after " + STOP_MAX_SECONDS + " s: ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);
    }
}
