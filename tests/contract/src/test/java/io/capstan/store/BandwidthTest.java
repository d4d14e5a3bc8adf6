package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(bandwidth.claimNanos(500)).isZero();
        assertThat(bandwidth.claimNanos(2000)).isEqualTo(SECOND / 2);
        nanos.addAndGet(SECOND);
        assertThat(bandwidth.claimNanos(1)).isEqualTo(SECOND + SECOND / 2);
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        nanos.addAndGet(60 * SECOND);
        assertThat(bandwidth.claimNanos(1000)).isZero();
        assertThat(bandwidth.claimNanos(1000)).isEqualTo(SECOND);
    }

    @Test
    void theLimitCanBeChangedUnderWay() {
        bytesPerSecond.set(10);
        assertThat(bandwidth.claimNanos(10)).isZero();
        bytesPerSecond.set(1000);
        assertThat(bandwidth.claimNanos(1000)).isEqualTo(SECOND);
        assertThat(bandwidth.claimNanos(0)).isEqualTo(2 * SECOND);
    }

    @Test
    void whoWaitsIsEndedWhenItIsClosed() {
        long _ = bandwidth.claimNanos(1L << 40);
        bandwidth.close();
        assertThatThrownBy(() -> bandwidth.await(1))
                .isInstanceOf(StoreException.ReadFailed.class)
                .hasMessageContaining("stopping");
    }
}
