package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How the values of every feature are spread over bins, to tell later whether disks still are as they were when the model
 * learned: the population stability index of each feature.
 *
 * @param uppers of the bins but the last, by feature
 * @param shares of the checks in each bin, by feature
 */
public record FeatureProfile(List<float[]> uppers, List<double[]> shares) {

    /** Above this, a feature is said to have drifted; common use, half of it is called a moderate shift. */
    public static final double DRIFT_INDEX = 0.2;

    private static final int BINS = 10;
    private static final double SHARE_MIN = 1e-4;

    /** What of a feature has moved how far. */
    public record Drift(String feature, double stabilityIndex) {

        public boolean isDrifted() {
            return stabilityIndex > DRIFT_INDEX;
        }
    }

    static FeatureProfile of(Samples samples, int asOfHour) {
        List<float[]> uppers = new ArrayList<>();
        List<double[]> shares = new ArrayList<>();
        for (int feature = 0; feature < samples.width(); feature++) {
            float[] bounds = bounds(samples, feature);
            uppers.add(bounds);
            shares.add(shares(samples, asOfHour, feature, bounds));
        }
        return new FeatureProfile(List.copyOf(uppers), List.copyOf(shares));
    }

    /** Compares the spread of other checks with this one; what has moved most comes first. */
    List<Drift> compare(Samples others, int asOfHour) {
        List<Drift> drifts = new ArrayList<>();
        for (int feature = 0; feature < uppers.size(); feature++) {
            double[] now = shares(others, asOfHour, feature, uppers.get(feature));
            double[] then = shares.get(feature);
            double index = 0;
            for (int bin = 0; bin < now.length; bin++) {
                double p = Math.max(SHARE_MIN, now[bin]);
                double q = Math.max(SHARE_MIN, then[bin]);
                index += (p - q) * Math.log(p / q);
            }
            drifts.add(new Drift(Feature.all().get(feature).key(), index));
        }
        drifts.sort((a, b) -> Double.compare(b.stabilityIndex, a.stabilityIndex));
        return drifts;
    }

    private static float[] bounds(Samples samples, int feature) {
        float[] values = new float[samples.size()];
        for (int sample = 0; sample < values.length; sample++) {
            values[sample] = samples.feature(sample, feature);
        }
        java.util.Arrays.sort(values);
        List<Float> bounds = new ArrayList<>();
        for (int bin = 1; bin < BINS && values.length > 0; bin++) {
            float bound = values[(int) ((long) bin * values.length / BINS)];
            if (bounds.isEmpty() ? bound > values[0] : bound > bounds.getLast()) {
                bounds.add(bound);
            }
        }
        float[] result = new float[bounds.size()];
        for (int bin = 0; bin < result.length; bin++) {
            result[bin] = bounds.get(bin);
        }
        return result;
    }

    private static double[] shares(Samples samples, int asOfHour, int feature, float[] bounds) {
        double[] shares = new double[bounds.length + 1];
        double total = 0;
        for (int sample = 0; sample < samples.size(); sample++) {
            int bin = 0;
            while (bin < bounds.length && samples.feature(sample, feature) >= bounds[bin]) {
                bin++;
            }
            shares[bin] += samples.weight(sample, asOfHour);
            total += samples.weight(sample, asOfHour);
        }
        for (int bin = 0; bin < shares.length; bin++) {
            shares[bin] /= Math.max(total, 1e-9);
        }
        return shares;
    }
}
