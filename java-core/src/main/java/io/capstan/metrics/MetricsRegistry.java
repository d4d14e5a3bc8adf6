package io.capstan.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * All counters of a node. Adding is wait-free for any number of threads; whoever counts on a fast path keeps the
 * {@link LongAdder} that {@link #counter} gives. A counter whose name is not as {@link Counter} says is an {@link
 * IllegalArgumentException}.
 */
public final class MetricsRegistry {

    private record Key(Counter counter, Labels labels) {}

    private final Map<Key, LongAdder> adders = new ConcurrentHashMap<>();

    /** The adder of an unlabelled counter; always the same one. */
    public LongAdder counter(Counter counter) {
        return counter(counter, Labels.NONE);
    }

    /** The adder of a counter for these labels; always the same one. It exists, at zero, from the first call on. */
    public LongAdder counter(Counter counter, Labels labels) {
        return adders.computeIfAbsent(new Key(counter, labels), MetricsRegistry::newAdder);
    }

    /** Names are checked when a counter is first used, so that a test of its room finds a wrong one. */
    private static LongAdder newAdder(Key key) {
        Counter counter = key.counter();
        String end = counter.unit().isEmpty() ? "_total" : "_" + counter.unit() + "_total";
        if (!counter.metricName().matches("capstan_[a-z0-9_]+")
                || !counter.metricName().endsWith(end)) {
            throw new IllegalArgumentException(
                    "counter name '%s' is not capstan_..%s".formatted(counter.metricName(), end));
        }
        return new LongAdder();
    }

    /** What was counted so far, by rising metric name, then labels. */
    public List<Sample> snapshot() {
        return adders.entrySet().stream()
                .map(entry ->
                        new Sample(
                                entry.getKey().counter(),
                                entry.getKey().labels(),
                                entry.getValue().sum()))
                .sorted(
                        Comparator.comparing((Sample sample) -> sample.counter().metricName())
                                .thenComparing(sample -> sample.labels().toString()))
                .toList();
    }

    /**
     * One counter's value.
     *
     * @param value what was counted since the registry was made
     */
    public record Sample(Counter counter, Labels labels, long value) {}
}
