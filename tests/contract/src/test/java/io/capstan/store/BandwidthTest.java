package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** V10: a limit of bytes a second, on a clock that stands still unless it is told to go on. */
class BandwidthTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong(-5 * SECOND);
    private final AtomicLong bytesPerSecond = new AtomicLong(1000);
    private final Bandwidth bandwidth = new Bandwidth(bytesPerSecond::get, nanos::get);

    @Test
    void whoComesWaitsForTheBytesBeforeIt() {
        assertThat(waitNanos(500)).isZero();
        assertThat(waitNanos(2000)).isEqualTo(SECOND / 2);
        nanos.addAndGet(SECOND);
        assertThat(waitNanos(1)).isEqualTo(SECOND + SECOND / 2);
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        nanos.addAndGet(60 * SECOND);
        assertThat(waitNanos(1000)).isZero();
        assertThat(waitNanos(1000)).isEqualTo(SECOND);
    }

    @Test
    void theLimitCanBeChangedForThoseWhoWait() {
        bytesPerSecond.set(1);
        assertThat(waitNanos(1000)).isZero();
        long turn = bandwidth.claim(1000, 1);
        nanos.addAndGet(500 * SECOND);
        assertThat(bandwidth.nanosUntil(turn, 1)).isEqualTo(500 * SECOND);

        assertThat(bandwidth.nanosUntil(turn, 1000)).isEqualTo(SECOND / 2);
        nanos.addAndGet(SECOND / 2);
        assertThat(bandwidth.nanosUntil(turn, 1000)).isZero();
    }

    @Test
    void whoWaitsHearsOfAnotherLimit() throws Exception {
        bytesPerSecond.set(1);
        Bandwidth real = new Bandwidth(bytesPerSecond::get, System::nanoTime);
        real.await(1L << 40);
        FutureTask<Boolean> wait =
                new FutureTask<>(() -> {
                    real.await(1);
                    return true;
                });
        Thread waiting = Thread.ofPlatform().start(wait);
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }

        bytesPerSecond.set(Long.MAX_VALUE);
        assertThat(wait.get()).isTrue();
    }

    private long waitNanos(long bytes) {
        long rate = bytesPerSecond.get();
        return bandwidth.nanosUntil(bandwidth.claim(bytes, rate), rate);
    }

    @Test
    void whoWaitsIsEndedWhenItIsClosed() {
        long _ = bandwidth.claim(1L << 40, bytesPerSecond.get());
        bandwidth.close();
        assertThatThrownBy(() -> bandwidth.await(1))
                .isInstanceOf(StoreException.ReadFailed.class)
                .hasMessageContaining("stopping");
    }
}
