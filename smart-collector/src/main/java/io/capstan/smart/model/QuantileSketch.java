package io.capstan.smart.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * Quantiles of positive values to within one per cent, in little memory: values are counted in buckets whose bounds grow by a
 * constant factor.
 *
 * @see "Masson et al., DDSketch, 2019"
 */
public final class QuantileSketch {

    private static final double ACCURACY = 0.01;
    private static final double LOG_FACTOR = Math.log((1 + ACCURACY) / (1 - ACCURACY));

    private final TreeMap<Integer, Long> buckets = new TreeMap<>();
    private long count;
    private long zeros;

    /** Counts a value; below zero is counted as zero. */
    public void add(double value) {
        count++;
        if (value <= 0) {
            zeros++;
        } else {
            buckets.merge((int) Math.ceil(Math.log(value) / LOG_FACTOR), 1L, Long::sum);
        }
    }

    public long count() {
        return count;
    }

    /**
     * @param share of the values that are not above the result, 0 to 1
     */
    public double quantile(double share) {
        long rank = (long) Math.floor(share * Math.max(0, count - 1));
        long seen = zeros;
        if (rank < seen) {
            return 0;
        }
        for (Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
            seen += bucket.getValue();
            if (rank < seen) {
                return 2 * Math.exp(bucket.getKey() * LOG_FACTOR) / (1 + Math.exp(LOG_FACTOR));
            }
        }
        return 0;
    }
}
