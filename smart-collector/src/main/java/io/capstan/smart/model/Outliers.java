package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("a confidence is between 0 and 1: " + confidence);
        }
        Map<String, List<Count>> clusters = new HashMap<>();
        counts.forEach(count ->
                clusters.computeIfAbsent(count.cluster, _ -> new ArrayList<>()).add(count));
        List<Outlier> all = new ArrayList<>();
        clusters.values().forEach(cluster -> all.addAll(judge(cluster)));
        all.sort(Comparator.comparingDouble(Outlier::tailProbability));
        int found = 0;
        for (int rank = 1; rank <= all.size(); rank++) {
            if (all.get(rank - 1).tailProbability <= (1 - confidence) * rank / all.size()) {
                found = rank;
            }
        }
        return List.copyOf(all.subList(0, found));
    }

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
