package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns scores into probabilities that hold: an isotonic step function of out-of-bag scores, every step's share of failures
 * smoothed by a Beta prior.
 *
 * @param lows the least score of each step, ascending
 * @param failures weighted failures of each step
 * @param checks weighted checks of each step
 * @param samples checks of each step as they were counted, which weights do not change
 * @param prior mean of the Beta prior: the share of failures in all
 */
record Calibration(double[] lows, double[] failures, double[] checks, int[] samples, double prior) {

    /** A step with fewer samples is shown, but nothing is done on its word. */
    static final int SAMPLES_TO_ACT_ON_MIN = 50;

    /** What the prior counts for, in checks: a step of few checks that all failed is not taken for certainty. */
    private static final double PRIOR_CHECKS = 1;

    /**
     * Fits by pooling neighbours whose shares are out of order.
     *
     * @param weights of the checks, so that they add up to what was observed
     */
    static Calibration fit(double[] scores, boolean[] labels, double[] weights) {
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, index -> index);
        Arrays.sort(order, (left, right) -> Double.compare(scores[left], scores[right]));
        double failures = 0;
        double checks = 0;
        for (int index : order) {
            failures += labels[index] ? weights[index] : 0;
            checks += weights[index];
        }
        double prior = checks > 0 ? failures / checks : 0;
        List<Step> steps = new ArrayList<>();
        for (int index : order) {
            Step step =
                    new Step(scores[index], labels[index] ? weights[index] : 0, weights[index], 1);
            push(steps, step, 0, prior);
        }
        // Smoothing can put neighbours out of order again, where one of them has few checks.
        List<Step> smoothed = new ArrayList<>();
        for (Step step : steps) {
            push(smoothed, step, PRIOR_CHECKS, prior);
        }
        steps = smoothed;
        return new Calibration(
                steps.stream().mapToDouble(Step::low).toArray(),
                steps.stream().mapToDouble(Step::failures).toArray(),
                steps.stream().mapToDouble(Step::checks).toArray(),
                steps.stream().mapToInt(Step::samples).toArray(),
                prior);
    }

    private static void push(List<Step> steps, Step next, double priorChecks, double prior) {
        Step step = next;
        while (!steps.isEmpty()
                && steps.getLast().share(priorChecks, prior) >= step.share(priorChecks, prior)) {
            step = steps.removeLast().with(step);
        }
        steps.add(step);
    }

    private record Step(double low, double failures, double checks, int samples) {

        double share(double priorChecks, double prior) {
            return (failures + prior * priorChecks) / (checks + priorChecks);
        }

        Step with(Step above) {
            return new Step(
                    low, failures + above.failures, checks + above.checks, samples + above.samples);
        }
    }

    /** The calibrated probability of a score. */
    double probability(double score) {
        int step = step(score);
        return alpha(step) / (alpha(step) + beta(step));
    }

    /** The value below which a score's probability lies with a probability, by the Beta posterior of its step. */
    double quantile(double score, double probability) {
        int step = step(score);
        return Distributions.betaQuantile(alpha(step), beta(step), probability);
    }

    /** Whether enough checks with such a score were seen to act on it. */
    boolean isActionable(double score) {
        return samples[step(score)] >= SAMPLES_TO_ACT_ON_MIN;
    }

    double checksAt(double score) {
        return checks[step(score)];
    }

    double failuresAt(double score) {
        return failures[step(score)];
    }

    private int step(double score) {
        int found = Arrays.binarySearch(lows, score);
        return Math.max(0, found >= 0 ? found : -found - 2);
    }

    private double alpha(int step) {
        return failures[step] + prior * PRIOR_CHECKS + 1e-9;
    }

    private double beta(int step) {
        return checks[step] - failures[step] + (1 - prior) * PRIOR_CHECKS;
    }
}
