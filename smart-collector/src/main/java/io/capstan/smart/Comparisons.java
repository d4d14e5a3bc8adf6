package io.capstan.smart;

import io.capstan.smart.history.DiskHistory;
import io.capstan.smart.model.FleetRates;
import io.capstan.smart.model.Outliers;
import java.util.ArrayList;
import java.util.List;

/** The disks of this node beside each other: what they have in common, and which of them stand out. Has one owner. */
final class Comparisons {

    /** Values that disks are compared by, and over how many days. */
    private static final List<String> MEASURES =
            List.of("temperature", "block.read_latency_us", "block.write_latency_us");

    private static final int COMPARED_DAYS = 30;
    private static final long DAY_SECONDS = 24 * 3600;

    private final DiskRecords records;
    private final double confidence;

    /**
     * @param confidence from which on a disk stands out
     */
    Comparisons(DiskRecords records, double confidence) {
        this.records = records;
        this.confidence = confidence;
    }

    List<DiskCluster> clusters(FleetRates rates) {
        return DiskCluster.of(records.living(), rates);
    }

    /** Disks that have more errors than others of their model. */
    List<Outliers.Outlier> outliers() {
        List<Outliers.Count> counts = new ArrayList<>();
        for (DiskRecord disk : records.living()) {
            if (!disk.log.history().rows().isEmpty()) {
                counts.add(
                        new Outliers.Count(
                                disk.identity.id(),
                                disk.cluster(),
                                disk.errors(),
                                Math.max(1, disk.log.history().lastPoweredHours() / 24.0)));
            }
        }
        return Outliers.find(counts, confidence);
    }

    /** Disks that lately were hotter, or slower, than others of their model. */
    List<Outliers.HighValue> highValues(long nowSeconds) {
        long firstDay = nowSeconds / DAY_SECONDS - COMPARED_DAYS + 1;
        List<Outliers.Values> values = new ArrayList<>();
        for (DiskRecord disk : records.living()) {
            for (String measure : MEASURES) {
                double[] means =
                        disk.log.history().days().stream()
                                .filter(day -> day.key().equals(measure) && day.day() >= firstDay)
                                .mapToDouble(DiskHistory.Day::mean)
                                .toArray();
                if (means.length > 0) {
                    values.add(
                            new Outliers.Values(
                                    disk.identity.id(), disk.cluster(), measure, means));
                }
            }
        }
        return Outliers.findHigh(values, confidence);
    }
}
