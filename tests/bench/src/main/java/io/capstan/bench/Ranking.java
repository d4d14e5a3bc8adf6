package io.capstan.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well a method's scores tell disks that fail from those that do not, with intervals by drawing disks anew (bootstrap): the
 * figures of {@code smart_eval.py}, and the same disks for every method, so that differences between methods can be compared.
 */
final class Ranking {

    /** Shares of false alarms at which detection is told. */
    static final double[] FALSE_ALARM_RATES = {0.005, 0.01, 0.02};

    private static final long SEED = 20_150_831;

    private final double[] score;
    private final boolean[] failed;
    private final Integer[] descending;
    private final double[] squaredErrors;
    private final int[] months;
    private final int[] monthsFailed;

    /**
     * @param score by disk, its greatest; negative infinity where it was never looked at
     * @param squaredErrors by disk, sum over its months; empty if the method gives no probabilities
     * @param months by disk
     * @param monthsFailed by disk
     */
    Ranking(
            double[] score,
            boolean[] failed,
            double[] squaredErrors,
            int[] months,
            int[] monthsFailed) {
        this.score = score;
        this.failed = failed;
        this.squaredErrors = squaredErrors;
        this.months = months;
        this.monthsFailed = monthsFailed;
        this.descending =
                IntStream.range(0, score.length)
                        .boxed()
                        .sorted(
                                Comparator.comparingDouble((Integer disk) -> score[disk])
                                        .reversed())
                        .toArray(Integer[]::new);
    }

    /**
     * @param detection at each of {@link #FALSE_ALARM_RATES}; NaN where a method has no such point
     * @param falseAlarmRate at the best F1
     */
    record Figures(
            double auc,
            double bestF1,
            double detectionAtBestF1,
            double falseAlarmRate,
            double[] detection,
            double brierSkill) {

        double[] all() {
            double[] all = new double[5 + detection.length];
            all[0] = auc;
            all[1] = bestF1;
            all[2] = detectionAtBestF1;
            all[3] = falseAlarmRate;
            System.arraycopy(detection, 0, all, 4, detection.length);
            all[4 + detection.length] = brierSkill;
            return all;
        }
    }

    Figures figures() {
        int[] once = new int[score.length];
        Arrays.fill(once, 1);
        return figures(once);
    }

    /**
     * Figures of disks drawn with replacement; the same draws for every method of as many disks.
     *
     * @return by draw, {@link Figures#all}
     */
    double[][] bootstrap(int draws) {
        return IntStream.range(0, draws)
                .parallel()
                .mapToObj(draw -> figures(drawn(draw)).all())
                .toArray(double[][]::new);
    }

    private int[] drawn(int draw) {
        SplittableRandom random = new SplittableRandom(SEED + draw);
        int[] times = new int[score.length];
        for (int disk = 0; disk < times.length; disk++) {
            times[random.nextInt(times.length)]++;
        }
        return times;
    }

    /**
     * By how much this method is better than a rule of one point, on the same disks.
     *
     * @param detection at the rule's own false alarm rate
     */
    record Advantage(double auc, double bestF1, double detection) {}

    Advantage over(Ranking rule) {
        int[] once = new int[score.length];
        Arrays.fill(once, 1);
        return over(rule, once);
    }

    /** The same of disks drawn with replacement, by draw: both methods are judged on the same ones. */
    Advantage[] over(Ranking rule, int draws) {
        return IntStream.range(0, draws)
                .parallel()
                .mapToObj(draw -> over(rule, drawn(draw)))
                .toArray(Advantage[]::new);
    }

    private Advantage over(Ranking rule, int[] times) {
        Figures its = rule.figures(times);
        Sweep sweep = sweep(times, new double[] {its.falseAlarmRate});
        return new Advantage(
                sweep.auc - its.auc,
                sweep.bestF1 - its.bestF1,
                sweep.detection[0] - its.detectionAtBestF1);
    }

    private Figures figures(int[] times) {
        Sweep sweep = sweep(times, FALSE_ALARM_RATES);
        return new Figures(
                sweep.auc,
                sweep.bestF1,
                sweep.detectionAtBest,
                sweep.falseAlarmRateAtBest,
                sweep.detection,
                brierSkill(times));
    }

    private static final class Sweep {
        private double auc;
        private double bestF1;
        private double detectionAtBest;
        private double falseAlarmRateAtBest;
        private double[] detection = {};
    }

    /** Lowers the threshold from disk to disk; those with one score pass it together. */
    private Sweep sweep(int[] times, double[] rates) {
        double failures = 0;
        double healthy = 0;
        for (int disk = 0; disk < times.length; disk++) {
            failures += failed[disk] ? times[disk] : 0;
            healthy += failed[disk] ? 0 : times[disk];
        }
        Sweep sweep = new Sweep();
        sweep.detection = new double[rates.length];
        Arrays.fill(sweep.detection, Double.NaN);
        double caught = 0;
        double falsely = 0;
        int at = 0;
        while (at < descending.length) {
            double level = score[descending[at]];
            double caughtHere = 0;
            double falselyHere = 0;
            while (at < descending.length && score[descending[at]] == level) {
                int disk = descending[at++];
                caughtHere += failed[disk] ? times[disk] : 0;
                falselyHere += failed[disk] ? 0 : times[disk];
            }
            sweep.auc += falselyHere * (caught + caughtHere / 2);
            caught += caughtHere;
            falsely += falselyHere;
            if (level == Double.NEGATIVE_INFINITY || caught == 0) {
                continue;
            }
            double f1 = 2 * caught / (failures + caught + falsely);
            if (f1 > sweep.bestF1) {
                sweep.bestF1 = f1;
                sweep.detectionAtBest = caught / failures;
                sweep.falseAlarmRateAtBest = falsely / healthy;
            }
            for (int rate = 0; rate < rates.length; rate++) {
                if (falsely / healthy <= rates[rate]) {
                    sweep.detection[rate] = caught / failures;
                }
            }
        }
        sweep.auc /= failures * healthy;
        return sweep;
    }

    private double brierSkill(int[] times) {
        if (squaredErrors.length == 0) {
            return Double.NaN;
        }
        double squares = 0;
        double all = 0;
        double failing = 0;
        for (int disk = 0; disk < times.length; disk++) {
            squares += times[disk] * squaredErrors[disk];
            all += (double) times[disk] * months[disk];
            failing += (double) times[disk] * monthsFailed[disk];
        }
        double base = failing / all;
        return 1 - squares / all / (base * (1 - base));
    }
}
