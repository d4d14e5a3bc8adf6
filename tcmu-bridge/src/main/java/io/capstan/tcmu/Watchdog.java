package io.capstan.tcmu;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports commands that take too long, once each: the kernel's own command time-out is off, because it would fail a
 * command that is still being executed and lose its outcome.
 *
 * <p>Design note: it does not complete an overdue command in the owner's place. The owner may still be writing into that
 * command's buffer, which the kernel would give to the next command at once: a late answer is an inconvenience, a foreign
 * byte in a backup is not.
 */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long PERIOD_SECONDS = 5;

    private final Collection<RingServer> servers;
    private final long limitNanos;
    private final MetricsRegistry metrics;
    private final Map<RingServer, Long> reported = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ring-watchdog").factory());

    /**
     * @param servers those to watch: a live view that any thread may iterate
     */
    Watchdog(Collection<RingServer> servers, long limitSeconds, MetricsRegistry metrics) {
        this.servers = servers;
        this.limitNanos = TimeUnit.SECONDS.toNanos(limitSeconds);
        this.metrics = metrics;
    }

    void start() {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> look(System.nanoTime()),
                        PERIOD_SECONDS,
                        PERIOD_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** One round, at {@code nowNanos} of the clock of {@link System#nanoTime()}. */
    void look(long nowNanos) {
        for (RingServer server : servers) {
            server.running()
                    .filter(command -> nowNanos - command.sinceNanos() > limitNanos)
                    .ifPresent(command -> report(server, command, nowNanos));
        }
    }

    private void report(RingServer server, RingServer.RunningCommand command, long nowNanos) {
        Long before = reported.put(server, command.sinceNanos());
        if (before != null && before == command.sinceNanos()) {
            return;
        }
        metrics.counter(TcmuCounter.COMMANDS_OVERDUE, Labels.of("unit", server.unit().name()))
                .increment();
        LOG.error(
                "{}: operation code {} has been executing for {} s: look for a disk that hangs",
                server.unit().name(),
                "%02Xh".formatted(command.operationCode()),
                TimeUnit.NANOSECONDS.toSeconds(nowNanos - command.sinceNanos()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
