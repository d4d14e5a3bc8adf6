package io.capstan.appliance.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON documents of disk health. As in {@link Documents}, renaming a component is a breaking change. */
final class DiskDocuments {

    private DiskDocuments() {}

    record Disks(List<Disk> disks) {}

    /**
     * @param presence answering, asleep, silent, missing or gone
     * @param slot of an enclosure, bay, PCI slot or port; left out where that is not known
     * @param arrays and mapped volumes that it is part of
     * @param pools whose chunks lie on it
     * @param chunks in its directories
     * @param basis learned-model, or priors-and-rules where no histories of its class exist
     * @param actionable whether enough disks like it were seen in calibration to act on its word
     */
    record Disk(
            String id,
            String device,
            @Nullable String slot,
            List<String> arrays,
            String presence,
            String diskClass,
            String maker,
            String family,
            String model,
            String serial,
            String worldWideName,
            String firmware,
            long capacityBytes,
            int powerOnHours,
            @Nullable Long temperature,
            List<String> pools,
            List<String> directories,
            long chunks,
            List<Probability> probabilities,
            @Nullable String basis,
            @Nullable Boolean actionable,
            List<String> evidence,
            List<Case> cases) {}

    /** Chance of failing within so many days, with its 90 % interval. */
    record Probability(int days, double low, double value, double high) {}

    record Case(
            String storeDisk,
            String pool,
            String step,
            String action,
            String reason,
            boolean held,
            @Nullable String obstacle,
            String since) {}

    record Detail(
            Disk disk,
            List<Reason> reasons,
            @Nullable Similar similar,
            Map<String, Long> counters,
            List<Change> changes,
            List<Event> events,
            String lastSeen) {}

    /** A counter of errors went from one value to another. */
    record Change(String time, String counter, String title, long before, long after) {}

    /** What moves the odds of failing within 30 days, and by which factor. */
    record Reason(String factor, String title, double value, double oddsFactor) {}

    /** What became of past checks of disks with such a score. */
    record Similar(double checks, double failedWithin30Days) {}

    record Event(String time, String kind, String detail) {}

    record History(List<Row> rows, List<Day> days) {}

    record Row(String time, int powerOnHours, Map<String, Long> counters) {}

    record Day(String date, String value, long least, long mean, long greatest) {}

    record EvacuateRequest(@Nullable Boolean deactivate) {}

    record ReplaceRequest(@Nullable String directory, @Nullable String storeDisk) {}

    record AcknowledgeRequest(@Nullable String counter) {}

    /**
     * @param disks ids; all disks if it is left out
     * @param model only disks of this model; all if it is left out
     * @param start first day, as 2026-01-31; the last thirty days if it is left out
     * @param end last day; today if it is left out
     */
    record PredictionRequest(
            @Nullable List<String> disks,
            @Nullable String model,
            @Nullable String start,
            @Nullable String end) {}

    /**
     * How far a request is.
     *
     * @param state running, done or failed
     * @param progress share that is done
     * @param results once it is done
     * @param fault why it failed; left out if it has not
     */
    record PredictionStatus(
            String request,
            String state,
            double progress,
            List<DiskPrediction> results,
            @Nullable String fault) {}

    record DiskPrediction(String disk, List<PredictionDay> days) {}

    record PredictionDay(String date, List<Probability> probabilities) {}

    record Alarms(List<Alarm> alarms) {}

    record Alarm(String key, String disk, String severity, String message, String since) {}

    record Policies(List<Policy> policies) {}

    /**
     * @param threshold the probability from which on it fires now; left out if it never does
     */
    record Policy(
            String name,
            int horizonDays,
            String criterion,
            @Nullable Double threshold,
            String action) {}

    /**
     * @param start first day, as 2026-01-31; a year before the last if it is left out
     * @param end last day; today if it is left out
     * @param policies to try; the node's own if it is left out
     */
    record SimulationRequest(
            @Nullable String start,
            @Nullable String end,
            @Nullable List<PolicyToSimulate> policies) {}

    /**
     * One of {@code probability}, {@code missAtMost}, {@code precision} and {@code failureCost} says when it fires, as in the
     * configuration.
     *
     * @param horizonDays 30 if it is left out
     */
    record PolicyToSimulate(
            @Nullable String name,
            @Nullable Integer horizonDays,
            @Nullable Double probability,
            @Nullable Double missAtMost,
            @Nullable Double precision,
            @Nullable Double failureCost) {}

    /** As {@link PredictionStatus}. */
    record SimulationStatus(
            String request,
            String state,
            double progress,
            List<SimulatedPolicy> results,
            @Nullable String fault) {}

    /**
     * What a policy would have done.
     *
     * @param threshold the probability from which on it fired; left out if it never does
     * @param disks looked at
     * @param failed of them
     * @param fired disks it fired on
     * @param caught of them, those that failed a day later or more
     * @param falseAlarms of them, the others
     * @param leadDays from firing to failure, the median; left out if none was caught
     * @param firings in the order of time
     */
    record SimulatedPolicy(
            String name,
            int horizonDays,
            @Nullable Double threshold,
            int disks,
            int failed,
            int fired,
            int caught,
            int falseAlarms,
            @Nullable Double leadDays,
            List<Firing> firings) {}

    /**
     * @param leadDays until the disk failed; left out if it did not
     */
    record Firing(String disk, String date, @Nullable Double leadDays) {}

    record PoolRisks(List<PoolRisk> pools) {}

    /**
     * @param disks of the pool that are watched
     * @param dataLoss chance that so many of them fail at about the same time that data is lost
     */
    record PoolRisk(String pool, int copies, int disks, List<Loss> dataLoss) {}

    record Loss(int days, double value) {}

    record Clusters(List<Cluster> clusters) {}

    /**
     * Disks that share an attribute, and what is believed of the failure rate that goes with it.
     *
     * @param attribute class, maker, model or age
     * @param path from the class down to this cluster
     * @param disks of this node
     * @param withErrors of them, those that have counted errors
     * @param failures that the rate was learned from, here and elsewhere
     * @param diskYears over which
     * @param failuresPerYear of a disk, with its 90 % interval
     */
    record Cluster(
            String attribute,
            List<String> path,
            int disks,
            int withErrors,
            double failures,
            double diskYears,
            double failuresPerYear,
            double low,
            double high) {}

    /**
     * How often disks fail of which so much is known.
     *
     * @param failuresPerYear of a disk, with its 90 % interval
     * @param parts what it is the product of: a rate, then factors
     */
    record Rate(double failuresPerYear, double low, double high, List<RatePart> parts) {}

    /**
     * @param factor model or age, firmware, place, usage
     * @param path of the group of disks, from the outermost in
     * @param value failures a year of the first, a factor of each other, with its 90 % interval
     * @param failures seen in that group itself
     * @param diskYears over which; of the first
     * @param expected failures by model and age; of the others
     */
    record RatePart(
            String factor,
            List<String> path,
            double value,
            double low,
            double high,
            double failures,
            @Nullable Double diskYears,
            @Nullable Double expected) {}

    /**
     * @param outliers disks with more errors than others
     * @param high disks that were hotter or slower than others in the last thirty days
     */
    record Outliers(List<Outlier> outliers, List<HighValue> high) {}

    record HighValue(
            String disk,
            String cluster,
            String measure,
            double mean,
            double median,
            double tailProbability) {}

    record Outlier(
            String disk, String cluster, long errors, double expected, double tailProbability) {}

    /**
     * @param retrainedAt when a better one was last looked for; left out if never
     * @param retraining what came of that
     */
    record Models(List<Model> models, @Nullable String retrainedAt, @Nullable String retraining) {}

    /**
     * @param version of the better model that was found
     */
    record Retraining(boolean promoted, @Nullable String version, String reason) {}

    /**
     * @param file absolute path on the node
     */
    record FileRequest(@Nullable String file) {}

    /**
     * @param disks whose histories are in the file
     */
    record FileOutcome(String file, int disks) {}

    record Model(
            String version,
            boolean champion,
            String learnedAt,
            String asOf,
            String source,
            String dataSha256,
            int disks,
            int failures) {}
}
