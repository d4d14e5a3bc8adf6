package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Disks that stand out within their cluster: more errors than their likes would have by chance.
 *
 * <p>Counts of a cluster's disks are taken for negative binomial, a Poisson count whose rate differs from disk to disk; how much
 * it does is estimated from the cluster by moments. A disk's tail probability is compared with what many comparisons give by
 * chance (Benjamini and Hochberg).
 */
public final class Outliers {

    private Outliers() {}

    /**
     * One disk's count.
     *
     * @param exposureDays over which it was counted
     */
    public record Count(String disk, String cluster, long count, double exposureDays) {}

    /**
     * A disk that stands out.
     *
     * @param expected count of a disk of its cluster over the same time
     * @param tailProbability of as many or more
     */
    public record Outlier(Count count, double expected, double tailProbability) {}

    /**
     * @param confidence of the list as a whole: at most 1 - confidence of it is expected to be there by chance
     */
    public static List<Outlier> find(List<Count> counts, double confidence) {
        requireConfidence(confidence);
        Map<String, List<Count>> clusters = new HashMap<>();
        counts.forEach(count ->
                clusters.computeIfAbsent(count.cluster, _ -> new ArrayList<>()).add(count));
        List<Outlier> all = new ArrayList<>();
        clusters.values().forEach(cluster -> all.addAll(judge(cluster)));
        return discoveries(all, Outlier::tailProbability, confidence);
    }

    /** Those of many whose tail probabilities are less than so many comparisons give by chance, the least first. */
    private static <T> List<T> discoveries(
            List<T> all, ToDoubleFunction<T> tailProbability, double confidence) {
        all.sort(Comparator.comparingDouble(tailProbability));
        int found = 0;
        for (int rank = 1; rank <= all.size(); rank++) {
            if (tailProbability.applyAsDouble(all.get(rank - 1))
                    <= (1 - confidence) * rank / all.size()) {
                found = rank;
            }
        }
        return List.copyOf(all.subList(0, found));
    }

    private static void requireConfidence(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("a confidence is between 0 and 1: " + confidence);
        }
    }

    // ---- values

    /** With fewer disks in a cluster, their spread says nothing. */
    static final int CLUSTER_MIN = 8;

    /** Distance from the median to the upper quartile in standard deviations of a normal distribution. */
    private static final double QUARTILE_DEVIATIONS = 0.6745;

    /** Values of one disk are never closer together than this, in logarithms: sensors are not that good. */
    private static final double DEVIATION_MIN = 0.02;

    /**
     * What a disk measured lately.
     *
     * @param measure what it is, such as {@code temperature}; compared within a cluster
     * @param days mean of each day, one or more
     */
    public record Values(String disk, String cluster, String measure, double[] days) {

        double mean() {
            return Arrays.stream(days).average().orElse(0);
        }
    }

    /**
     * A disk whose values stand out above those of its likes.
     *
     * @param mean of its days
     * @param median of all days of all disks of its cluster
     * @param tailProbability of such a mean or a greater one
     */
    public record HighValue(
            String disk,
            String cluster,
            String measure,
            double mean,
            double median,
            double tailProbability) {}

    /**
     * Disks with greater values than others of their cluster have by chance. Values are taken for log-normal around the cluster's
     * median, with the spread of its upper quartile, both of which outliers do not move.
     */
    public static List<HighValue> findHigh(List<Values> values, double confidence) {
        requireConfidence(confidence);
        Map<String, List<Values>> clusters = new TreeMap<>();
        values.forEach(one ->
                clusters.computeIfAbsent(one.measure + " of " + one.cluster, _ -> new ArrayList<>())
                        .add(one));
        List<HighValue> all = new ArrayList<>();
        for (List<Values> cluster : clusters.values()) {
            if (cluster.size() >= CLUSTER_MIN) {
                judgeValues(cluster, all);
            }
        }
        return discoveries(all, HighValue::tailProbability, confidence);
    }

    private static void judgeValues(List<Values> cluster, List<HighValue> judged) {
        QuantileSketch sketch = new QuantileSketch();
        cluster.forEach(one -> Arrays.stream(one.days).forEach(sketch::add));
        double median = sketch.quantile(0.5);
        if (!(median > 0)) {
            return;
        }
        double deviation =
                Math.max(
                        DEVIATION_MIN,
                        Math.log(sketch.quantile(0.75) / median) / QUARTILE_DEVIATIONS);
        for (Values one : cluster) {
            double mean = one.mean();
            double tail =
                    mean > 0 ? Distributions.normalTail(Math.log(mean / median) / deviation) : 1;
            judged.add(new HighValue(one.disk, one.cluster, one.measure, mean, median, tail));
        }
    }

    // ---- counts

    private static List<Outlier> judge(List<Count> cluster) {
        List<Outlier> judged = new ArrayList<>();
        for (int index = 0; index < cluster.size(); index++) {
            Count one = cluster.get(index);
            // The disk itself is left out: an outlier must not widen what counts as usual.
            double count = 0;
            double days = 0;
            for (int at = 0; at < cluster.size(); at++) {
                if (at != index) {
                    count += cluster.get(at).count;
                    days += cluster.get(at).exposureDays;
                }
            }
            // Half a failure more: with no errors seen, none are not certain.
            double rate = (count + 0.5) / Math.max(days, 1);
            double expected = rate * one.exposureDays;
            judged.add(
                    new Outlier(
                            one, expected, tail(one.count, expected, shape(cluster, index, rate))));
        }
        return judged;
    }

    /** Method of moments: how far counts vary beyond Poisson; a large shape is none. */
    private static double shape(List<Count> cluster, int without, double rate) {
        double excess = 0;
        double squares = 0;
        for (int at = 0; at < cluster.size(); at++) {
            if (at != without) {
                Count other = cluster.get(at);
                double mean = rate * other.exposureDays;
                excess += (other.count - mean) * (other.count - mean) - mean;
                squares += mean * mean;
            }
        }
        return excess <= 0 ? 1e6 : Math.clamp(squares / excess, 0.01, 1e6);
    }

    /** The chance of a negative binomial count of so many or more. */
    static double tail(long count, double mean, double shape) {
        double below = 0;
        double p = mean / (mean + shape);
        double log = shape * Math.log1p(-p);
        for (long k = 0; k < count && k < 1_000_000; k++) {
            below += Math.exp(log);
            log += Math.log((k + shape) / (k + 1)) + Math.log(p);
        }
        return Math.clamp(1 - below, 0, 1);
    }
}
