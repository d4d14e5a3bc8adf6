package io.capstan.smart.model;

import io.capstan.smart.history.Trajectory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Learns a challenger from the histories that there are, and lets it compete with the champion.
 *
 * <p>The challenger that competes knows nothing of the newest three months, on which both are judged. If it wins, what it was
 * learned by is learned again from everything, and that is the model to promote.
 */
public final class Retraining {

    /** The months on which challenger and champion are judged. */
    static final int WINDOW_HOURS = 3 * FleetRates.MONTH_HOURS;

    /** With fewer disks, the spread of features says nothing about drift. */
    static final int DRIFT_DISKS_MIN = 100;

    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("'local-'yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private Retraining() {}

    /** What came of it. */
    public sealed interface Outcome {

        String reason();

        record Promote(FailureModel model, String reason) implements Outcome {}

        record Keep(String reason) implements Outcome {}
    }

    /**
     * @param champion not used by another thread meanwhile
     * @param source of the histories
     */
    public static Outcome run(
            List<Trajectory> fleet,
            FailureModel champion,
            Instant now,
            String source,
            FleetLearner.Effort effort) {
        int nowHour = Math.toIntExact(now.getEpochSecond() / 3600);
        int fromHour = nowHour - WINDOW_HOURS;
        if (fleet.stream().noneMatch(disk -> disk.failed() && disk.span().lastHour() < fromHour)) {
            return new Outcome.Keep(
                    "none of %d disks is known to have failed more than %d days ago"
                            .formatted(fleet.size(), WINDOW_HOURS / 24));
        }
        FleetLearner learner = new FleetLearner(fleet, fromHour, effort);
        try {
            learner.walkTo(fromHour);
            FailureModel challenger = learner.learn("challenger", now, source, Horizon.DAYS_30);
            Challenge.Verdict verdict =
                    Challenge.of(champion, challenger, fleet, fromHour, nowHour).verdict();
            return switch (verdict) {
                case Challenge.Verdict.Keep(String reason) -> new Outcome.Keep(reason);
                case Challenge.Verdict.Promote(String reason) -> {
                    learner.walkTo(nowHour);
                    yield new Outcome.Promote(
                            learner.learn(VERSION.format(now), now, source, Horizon.DAYS_365),
                            reason);
                }
            };
        } catch (FleetLearner.InsufficientHistory e) {
            return new Outcome.Keep(String.valueOf(e.getMessage()));
        }
    }

    /** Features that are spread otherwise than when a model learned; none with few disks. */
    public static List<FeatureProfile.Drift> drifts(
            List<Trajectory> fleet, FailureModel model, Instant now) {
        int nowHour = Math.toIntExact(now.getEpochSecond() / 3600);
        if (fleet.size() < DRIFT_DISKS_MIN) {
            return List.of();
        }
        List<Trajectory> lately =
                fleet.stream()
                        .filter(disk -> disk.span().lastHour() > nowHour - WINDOW_HOURS)
                        .toList();
        if (lately.size() < DRIFT_DISKS_MIN) {
            return List.of();
        }
        Samples samples = new Samples(FeatureVector.length());
        for (int month = nowHour - WINDOW_HOURS; month < nowHour; month += FleetRates.MONTH_HOURS) {
            new Sampler(1).collect(lately, month, model.rates(), samples);
        }
        return model.profile().compare(samples, nowHour).stream()
                .filter(FeatureProfile.Drift::isDrifted)
                .toList();
    }
}
