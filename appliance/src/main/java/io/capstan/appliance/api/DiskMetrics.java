package io.capstan.appliance.api;

import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.metrics.Labels;
import io.capstan.smart.DiskView;
import io.capstan.smart.model.Horizon;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Prometheus reads of the disks; gauges, because probabilities and counts of errors go down too. */
final class DiskMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(DiskMetrics.class);

    private DiskMetrics() {}

    static String text(DiskHealthUnit unit) {
        try {
            return text(unit.health().disks(), unit.health().alarms().size());
        } catch (IOException e) {
            LOG.warn("no metrics of disks: {}", e.toString());
            return "";
        }
    }

    private static String text(List<DiskView> disks, int alarms) {
        StringBuilder text = new StringBuilder();
        for (Horizon horizon : Horizon.values()) {
            String name = "capstan_disk_failure_probability_%d_days".formatted(horizon.days());
            head(text, name, "Chance of failing within %d days".formatted(horizon.days()));
            for (DiskView disk : disks) {
                disk.prediction()
                        .ifPresent(prediction ->
                                line(
                                        text,
                                        name,
                                        disk,
                                        "%.6g".formatted(prediction.probability(horizon).value())));
            }
        }
        head(text, "capstan_disk_answering", "Whether the disk is there and answers");
        for (DiskView disk : disks) {
            boolean answers = disk.presence() == DiskView.Presence.ANSWERING;
            line(text, "capstan_disk_answering", disk, answers ? "1" : "0");
        }
        head(text, "capstan_disk_temperature_celsius", "Temperature of the disk");
        for (DiskView disk : disks) {
            Optional.ofNullable(disk.gauges().get("temperature"))
                    .ifPresent(degrees ->
                            line(
                                    text,
                                    "capstan_disk_temperature_celsius",
                                    disk,
                                    degrees.toString()));
        }
        head(text, "capstan_disk_alarms", "Alarms about disks that stand");
        return text.append("capstan_disk_alarms ").append(alarms).append('\n').toString();
    }

    private static void head(StringBuilder text, String name, String help) {
        text.append("# HELP %s %s%n# TYPE %s gauge%n".formatted(name, help, name));
    }

    private static void line(StringBuilder text, String name, DiskView disk, String value) {
        text.append(name)
                .append(Labels.of("disk", disk.id()))
                .append(' ')
                .append(value.toLowerCase(Locale.ROOT))
                .append('\n');
    }
}
