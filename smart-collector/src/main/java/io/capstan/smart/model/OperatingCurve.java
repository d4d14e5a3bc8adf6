package io.capstan.smart.model;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How high the predicted probability of disks ever rose, of those that failed and of those that did not: what firing from any
 * probability on would have come to.
 *
 * @param probabilities ascending
 * @param failing disks that failed whose greatest probability was this
 * @param healthy disks that did not
 */
public record OperatingCurve(double[] probabilities, int[] failing, int[] healthy) {

    /** Above any probability: never reached. */
    public static final double NEVER = 2;

    public OperatingCurve {
        if (probabilities.length != failing.length || probabilities.length != healthy.length) {
            throw new IllegalArgumentException("an operating curve of several lengths");
        }
    }

    /** Of disks' greatest probabilities, in any order. */
    public static OperatingCurve of(double[] greatestOfFailing, double[] greatestOfHealthy) {
        SortedMap<Double, int[]> counts = new TreeMap<>();
        for (double p : greatestOfFailing) {
            counts.computeIfAbsent(p, _ -> new int[2])[0]++;
        }
        for (double p : greatestOfHealthy) {
            counts.computeIfAbsent(p, _ -> new int[2])[1]++;
        }
        return new OperatingCurve(
                counts.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                counts.values().stream().mapToInt(count -> count[0]).toArray(),
                counts.values().stream().mapToInt(count -> count[1]).toArray());
    }

    /**
     * The greatest probability from which on firing misses at most a share of the failures that can be foreseen: those whose
     * probability rose above the median of the disks that did not fail.
     */
    public double coverageThreshold(double missedShareMax) {
        double foreseeable = medianOfHealthy();
        int foreseen = 0;
        for (int at = 0; at < probabilities.length; at++) {
            foreseen += probabilities[at] > foreseeable ? failing[at] : 0;
        }
        int mayMiss = (int) (missedShareMax * foreseen);
        for (int at = 0; at < probabilities.length; at++) {
            if (probabilities[at] > foreseeable && failing[at] > 0) {
                mayMiss -= failing[at];
                if (mayMiss < 0) {
                    return probabilities[at];
                }
            }
        }
        return NEVER;
    }

    private double medianOfHealthy() {
        int before = Arrays.stream(healthy).sum() / 2;
        for (int at = 0; at < probabilities.length; at++) {
            before -= healthy[at];
            if (before < 0) {
                return probabilities[at];
            }
        }
        return 0;
    }

    /** The least probability from which on at least a share of the disks fired on failed; {@link #NEVER} if none is so sure. */
    public double precisionThreshold(double shareMin) {
        double best = NEVER;
        int caught = 0;
        int falsely = 0;
        for (int at = probabilities.length - 1; at >= 0; at--) {
            caught += failing[at];
            falsely += healthy[at];
            if (failing[at] > 0 && caught >= shareMin * (caught + falsely)) {
                best = probabilities[at];
            }
        }
        return best;
    }
}
