package io.capstan.smart.model;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The hazard of one interval after a check: several sets of boosted trees, each learned from a part of the disks.
 *
 * <p>Their mean is the prediction, their spread the uncertainty, and a disk that a set has not learned from is judged by it
 * without prejudice, which is what calibration needs.
 *
 * @param fromHours after the check at which the interval begins
 * @param toHours at which it ends
 * @param bagShare of the disks that each bag learned from
 */
record HazardForest(int fromHours, int toHours, double bagShare, List<Bag> bags) {

    /**
     * @param intercept added to the prior's log odds
     */
    record Bag(double intercept, List<Tree> trees) {

        double margin(float[] features) {
            double sum = intercept;
            for (Tree tree : trees) {
                sum += tree.predict(features);
            }
            return sum;
        }
    }

    /** Log odds that the prior rate alone gives the interval. */
    double offset(double ratePerDay) {
        return offset(ratePerDay, fromHours, toHours);
    }

    static double offset(double ratePerDay, int fromHours, int toHours) {
        return Distributions.logit(-Math.expm1(-ratePerDay * (toHours - fromHours) / 24));
    }

    /** Log odds of failing in the interval, having lived to see it, before calibration. */
    double margin(float[] features, double ratePerDay) {
        double sum = 0;
        for (Bag bag : bags) {
            sum += bag.margin(features);
        }
        return offset(ratePerDay) + sum / bags.size();
    }

    /**
     * How uncertain a margin is: the standard deviation of what one set of trees would say had it learned from other disks,
     * estimated by the bags as a delete-d jackknife, in log odds.
     */
    double deviation(float[] features) {
        double sum = 0;
        double squares = 0;
        for (Bag bag : bags) {
            double margin = bag.margin(features);
            sum += margin;
            squares += margin * margin;
        }
        int count = bags.size();
        return count < 2
                ? 0
                : Math.sqrt(
                        Math.max(0, squares - sum * sum / count)
                                / (count - 1)
                                * bagShare
                                / (1 - bagShare));
    }

    /**
     * A learned forest with the scores of its own samples by those bags that had not learned from their disks.
     *
     * @param samples indexes of the samples whose fate in the interval was known
     * @param outOfBag their margins, in the same order; NaN where every bag had the disk
     */
    record Learned(HazardForest forest, int[] samples, double[] outOfBag) {}

    static Learned learn(
            Samples samples,
            int asOfHour,
            int fromHours,
            int toHours,
            Booster.Settings settings,
            int bagCount,
            double bagShare,
            long seed) {
        int[] chosen =
                IntStream.range(0, samples.size())
                        .filter(sample -> samples.known(sample, asOfHour, fromHours, toHours))
                        .toArray();
        Bins bins = new Bins(samples, chosen);
        boolean[] labels = new boolean[chosen.length];
        float[] weights = new float[chosen.length];
        double[] offsets = new double[chosen.length];
        for (int place = 0; place < chosen.length; place++) {
            int sample = chosen[place];
            labels[place] = samples.event(sample, toHours);
            weights[place] = samples.weight(sample, asOfHour);
            offsets[place] = offset(samples.ratePerDay(sample), fromHours, toHours);
        }
        Bag[] bags = new Bag[bagCount];
        boolean[][] inBag = new boolean[bagCount][];
        IntStream.range(0, bagCount)
                .parallel()
                .forEach(bag -> {
                    SplittableRandom random = new SplittableRandom(seed + 7919L * bag);
                    inBag[bag] = inBag(samples, chosen, bagShare, seed + 7919L * bag);
                    boolean[] in = inBag[bag];
                    int[] places = IntStream.range(0, chosen.length).filter(p -> in[p]).toArray();
                    double[] margins = offsets.clone();
                    double intercept = intercept(places, labels, weights, offsets);
                    Arrays.setAll(margins, place -> offsets[place] + intercept);
                    List<Tree> trees =
                            new Booster(settings, bins, labels, weights, margins)
                                    .grow(places, random);
                    bags[bag] = new Bag(intercept, trees);
                });
        HazardForest forest = new HazardForest(fromHours, toHours, bagShare, List.of(bags));
        double[] outOfBag = new double[chosen.length];
        IntStream.range(0, chosen.length)
                .parallel()
                .forEach(place -> {
                    float[] features = new float[samples.width()];
                    samples.copyFeatures(chosen[place], features);
                    double sum = 0;
                    int count = 0;
                    for (int bag = 0; bag < bagCount; bag++) {
                        if (!inBag[bag][place]) {
                            sum += bags[bag].margin(features);
                            count++;
                        }
                    }
                    outOfBag[place] = count == 0 ? Double.NaN : offsets[place] + sum / count;
                });
        return new Learned(forest, chosen, outOfBag);
    }

    private static boolean[] inBag(Samples samples, int[] chosen, double share, long seed) {
        boolean[] in = new boolean[chosen.length];
        for (int place = 0; place < chosen.length; place++) {
            in[place] =
                    new SplittableRandom(seed ^ (samples.disk(chosen[place]) * 0x9E3779B97F4A7C15L))
                                    .nextDouble()
                            < share;
        }
        return in;
    }

    /** The shift of the prior's log odds that makes the expected number of failures the observed; Newton's method. */
    private static double intercept(
            int[] places, boolean[] labels, float[] weights, double[] offsets) {
        double shift = 0;
        for (int step = 0; step < 20; step++) {
            double gradient = 0.5;
            double hessian = 1e-9;
            for (int place : places) {
                double p = Distributions.sigmoid(offsets[place] + shift);
                gradient += weights[place] * ((labels[place] ? 1 : 0) - p);
                hessian += weights[place] * p * (1 - p);
            }
            double move = Math.clamp(gradient / hessian, -1, 1);
            shift += move;
            if (Math.abs(move) < 1e-6) {
                break;
            }
        }
        return shift;
    }
}
