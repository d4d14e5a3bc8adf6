package io.capstan.iscsi;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The adders of one target, at hand without a look-up in the registry. Any thread. */
final class Counters {

    private final Map<IscsiCounter, LongAdder> adders = new EnumMap<>(IscsiCounter.class);

    Counters(MetricsRegistry metrics, Labels labels) {
        for (IscsiCounter counter : IscsiCounter.values()) {
            adders.put(counter, metrics.counter(counter, labels));
        }
    }

    void add(IscsiCounter counter, long count) {
        LongAdder adder = adders.get(counter);
        if (adder != null) {
            adder.add(count);
        }
    }
}
