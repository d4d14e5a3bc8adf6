package io.capstan.appliance.api;

import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.appliance.node.DriveUnit;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.drive.DriveCounter;
import io.capstan.metrics.Counter;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.metrics.PrometheusText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** All counters of the node, as Prometheus reads them. */
final class Metrics {

    private static final long DRIVE_MAX_MILLIS = 200;

    private final Node node;
    private final Optional<DiskHealthUnit> disks;

    /** A drive in a long command keeps what it last said. */
    private final Map<String, Map<DriveCounter, Long>> latest = new ConcurrentSkipListMap<>();

    Metrics(Node node, Optional<DiskHealthUnit> disks) {
        this.node = node;
        this.disks = disks;
    }

    /** A tenant gets what is said of its libraries and their logical units. */
    String text(Access access) {
        askDrives();
        List<MetricsRegistry.Sample> samples = new ArrayList<>(node.metrics().snapshot());
        latest.forEach((unit, counters) ->
                counters.forEach((counter, value) ->
                        samples.add(
                                new MetricsRegistry.Sample(
                                        new DriveMetric(counter),
                                        Labels.of("unit", unit),
                                        value))));
        samples.sort(Comparator.comparing(sample -> sample.counter().metricName()));
        if (access.isTenant()) {
            samples.removeIf(sample -> !sees(access, sample.labels()));
            return PrometheusText.write(samples);
        }
        return PrometheusText.write(samples)
                + UsageMetrics.text(node.accounting())
                + disks.map(DiskMetrics::text).orElse("");
    }

    /** A logical unit's name begins with its library's. */
    private boolean sees(Access access, Labels labels) {
        String unit = labels.byName().getOrDefault("unit", labels.byName().getOrDefault("lun", ""));
        int end = unit.indexOf('/');
        return node.library(end < 0 ? unit : unit.substring(0, end))
                .filter(access::sees)
                .isPresent();
    }

    private void askDrives() {
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (LibraryUnit library : node.libraries()) {
            for (DriveUnit drive : library.drives()) {
                try {
                    asked.add(
                            drive.status()
                                    .thenAccept(
                                            status -> latest.put(drive.name(), status.counters())));
                } catch (RejectedExecutionException e) {
                    // What it last said stands.
                }
            }
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .exceptionally(fault -> null)
                .completeOnTimeout(null, DRIVE_MAX_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    /** A drive's counter, under the name Prometheus knows it by. */
    private record DriveMetric(DriveCounter counter) implements Counter {

        @Override
        public String metricName() {
            return "capstan_drive_" + counter.name().toLowerCase(Locale.ROOT) + "_total";
        }

        @Override
        public String unit() {
            return "";
        }

        @Override
        public String help() {
            String words = counter.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            return words.substring(0, 1).toUpperCase(Locale.ROOT)
                    + words.substring(1)
                    + " in the life of the drive";
        }
    }
}
