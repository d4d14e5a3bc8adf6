package io.capstan.smart.model;

import io.capstan.smart.history.Trajectory;
import java.util.List;

/**
 * Compares a challenger with the champion on the newest months whose fates are known.
 *
 * @param checks compared, and failures among them
 * @param championLogLoss mean, lower is better
 * @param challengerExpected failures that the challenger expected
 */
public record Challenge(
        int checks,
        int failures,
        double championLogLoss,
        double challengerLogLoss,
        double challengerExpected) {

    /** With fewer failures, a difference is noise. */
    static final int FAILURES_MIN = 20;

    /** How far expected failures may be from observed in standard deviations of a Poisson count. */
    private static final double DEVIATIONS_MAX = 2;

    /** Whether the challenger should be promoted, and why. */
    public sealed interface Verdict {

        record Promote(String reason) implements Verdict {}

        record Keep(String reason) implements Verdict {}
    }

    /**
     * @param fromHour first month to look at
     * @param toHour no check is looked at whose fate within 30 days was not known by then
     */
    static Challenge of(
            FailureModel champion,
            FailureModel challenger,
            List<Trajectory> fleet,
            int fromHour,
            int toHour) {
        int checks = 0;
        int failures = 0;
        double championLoss = 0;
        double challengerLoss = 0;
        double expected = 0;
        int horizon = Horizon.DAYS_30.hours();
        for (Trajectory disk : fleet) {
            Trajectory.Span span = disk.span();
            for (int hour = Math.max(fromHour, span.firstHour() + 24);
                    hour + horizon <= toHour && hour < span.lastHour();
                    hour += horizon) {
                int powered = span.poweredHoursAt(hour);
                if (!disk.isKnownThrough(powered, horizon)) {
                    continue;
                }
                boolean fails = disk.failsWithin(powered, horizon);
                double byChampion = probability(champion, disk, powered);
                double byChallenger = probability(challenger, disk, powered);
                checks++;
                failures += fails ? 1 : 0;
                championLoss += loss(byChampion, fails);
                challengerLoss += loss(byChallenger, fails);
                expected += byChallenger;
            }
        }
        int count = Math.max(1, checks);
        return new Challenge(
                checks, failures, championLoss / count, challengerLoss / count, expected);
    }

    private static double probability(FailureModel model, Trajectory disk, int powered) {
        Rates now = model.rates().rates(disk.traits(), powered);
        return model.probability30(model.score(model.features(disk, powered, now), now));
    }

    private static double loss(double p, boolean happens) {
        double bounded = Math.clamp(p, 1e-6, 1 - 1e-6);
        return -Math.log(happens ? bounded : 1 - bounded);
    }

    public Verdict verdict() {
        if (failures < FAILURES_MIN) {
            return new Verdict.Keep(
                    "only %d failures in the window; %d are needed to tell"
                            .formatted(failures, FAILURES_MIN));
        }
        if (challengerLogLoss >= championLogLoss) {
            return new Verdict.Keep(
                    "log loss %.6f is not below the champion's %.6f"
                            .formatted(challengerLogLoss, championLogLoss));
        }
        if (Math.abs(challengerExpected - failures) > DEVIATIONS_MAX * Math.sqrt(failures)) {
            return new Verdict.Keep(
                    "calibration does not hold: %.1f failures expected, %d seen"
                            .formatted(challengerExpected, failures));
        }
        return new Verdict.Promote(
                "log loss %.6f against %.6f, %.1f failures expected, %d seen"
                        .formatted(
                                challengerLogLoss, championLogLoss, challengerExpected, failures));
    }
}
