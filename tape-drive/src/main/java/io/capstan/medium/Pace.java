package io.capstan.medium;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps work in the background from taking a disk from those who wait for it: after a step it pauses for some times as
 * long as the step took. Deleting a chunk file takes tens of milliseconds where the file system tells the disk of every
 * block that came free, and nothing is written meanwhile.
 *
 * <p>One thread works; {@link #hurry} is for any.
 */
final class Pace {

    /** So a quarter of the disk's time goes to the work. */
    private static final int PAUSES_PER_STEP = 3;

    private static final long STEP_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PAUSE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private volatile boolean hurried;
    private long stepBegan;

    /** A step begins now. */
    void begin() {
        stepBegan = System.nanoTime();
    }

    /** A step is over, and the next begins after a pause, which is none if all that matters is to be done. */
    void pause(boolean isUrgent) {
        long tookNanos = System.nanoTime() - stepBegan;
        if (!isUrgent && !hurried && tookNanos >= STEP_MIN_NANOS) {
            LockSupport.parkNanos(Math.min(PAUSE_MAX_NANOS, PAUSES_PER_STEP * tookNanos));
        }
        begin();
    }

    /** No more pauses. */
    void hurry() {
        hurried = true;
    }
}
