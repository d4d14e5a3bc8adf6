package io.capstan.smart.model;

import io.capstan.smart.history.Trajectory;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Lets a model live through history: learned from some disks, refitted as time goes by, it judges others month by month with
 * what was known at each check.
 */
public final class Backtest {

    private static final int WEEK_HOURS = 7 * 24;

    /** A disk's first day says nothing: its first row is not a change. */
    private static final int SETTLING_HOURS = 24;

    private final FleetLearner learner;
    private final List<Trajectory> judged;
    private final int fromHour;
    private final int toHour;
    private final int refitDays;
    private long judgingNanos;

    /**
     * One look at a disk.
     *
     * @param disk index into the judged disks
     * @param isMonthly whether it is the one check that stands for a month of the disk
     * @param score log odds, for ranking
     * @param probability30 calibrated chance of failing within 30 days
     * @param isActionable whether enough like it were seen in calibration
     */
    public record Check(
            int disk,
            int poweredHours,
            boolean isMonthly,
            double score,
            double probability30,
            boolean isActionable) {}

    /** Receives what a backtest comes to, in the order of time. */
    public interface Sink {

        /**
         * @param nanos that learning took
         */
        void refitted(FailureModel model, long nanos);

        void checked(Check check);
    }

    /**
     * @param learned disks that models learn from; none of them should be among the judged
     * @param refitDays days between refits, rounded up to months; 0 for one model from beginning to end
     */
    public Backtest(
            List<Trajectory> learned,
            List<Trajectory> judged,
            int fromHour,
            int toHour,
            int refitDays,
            FleetLearner.Effort effort) {
        this(new FleetLearner(learned, fromHour, effort), judged, fromHour, toHour, refitDays);
    }

    /**
     * @param learner that has not begun to walk
     */
    Backtest(
            FleetLearner learner,
            List<Trajectory> judged,
            int fromHour,
            int toHour,
            int refitDays) {
        this.learner = learner;
        this.judged = List.copyOf(judged);
        this.fromHour = fromHour;
        this.toHour = toHour;
        this.refitDays = refitDays;
    }

    /** Runs it. Looks at disks with errors weekly and at every change, at others monthly. */
    public void run(Instant now, String source, Sink sink) throws FleetLearner.InsufficientHistory {
        learner.walkTo(fromHour);
        Optional<FailureModel> model = Optional.empty();
        int refitAt = fromHour;
        while (learner.hour() < toHour) {
            int month = learner.hour();
            if (model.isEmpty() || (refitDays > 0 && month >= refitAt)) {
                long start = System.nanoTime();
                model =
                        Optional.of(
                                learner.learn("backtest-" + month, now, source, Horizon.DAYS_30));
                sink.refitted(model.get(), System.nanoTime() - start);
                refitAt += refitDays * 24;
            }
            long start = System.nanoTime();
            judgeMonth(model.get(), month, sink);
            judgingNanos += System.nanoTime() - start;
            learner.walkTo(month + 1);
        }
    }

    /** Time spent on judging so far, what the sink does with it included. */
    public long judgingNanos() {
        return judgingNanos;
    }

    private void judgeMonth(FailureModel model, int month, Sink sink) {
        for (int disk = 0; disk < judged.size(); disk++) {
            Trajectory trajectory = judged.get(disk);
            Trajectory.Span span = trajectory.span();
            int from =
                    Math.max(span.firstPoweredHours() + SETTLING_HOURS, span.poweredHoursAt(month));
            int to =
                    Math.min(
                            span.lastPoweredHours(),
                            span.poweredHoursAt(month + FleetRates.MONTH_HOURS));
            if (span.lastHour() > month
                    && span.firstHour() < month + FleetRates.MONTH_HOURS
                    && from < to) {
                boolean isFirst = true;
                for (int powered : times(trajectory, from, to)) {
                    sink.checked(check(model, disk, trajectory, powered, isFirst));
                    isFirst = false;
                }
            }
        }
    }

    private static NavigableSet<Integer> times(Trajectory disk, int from, int to) {
        NavigableSet<Integer> times = new TreeSet<>();
        times.add(from);
        if (!FeatureVector.isClean(disk, to)) {
            IntStream.iterate(from, powered -> powered < to, powered -> powered + WEEK_HOURS)
                    .forEach(times::add);
            for (int row = disk.rowAt(from); row < disk.rows(); row++) {
                if (disk.poweredHours(row) > from && disk.poweredHours(row) < to) {
                    times.add(disk.poweredHours(row));
                }
            }
        }
        return times;
    }

    private Check check(
            FailureModel model, int disk, Trajectory trajectory, int powered, boolean isMonthly) {
        Rates now = learner.rates().rates(trajectory.traits(), powered);
        double score = model.score(model.features(trajectory, powered, now), now);
        return new Check(
                disk,
                powered,
                isMonthly,
                score,
                model.probability30(score),
                model.isActionable30(score));
    }
}
