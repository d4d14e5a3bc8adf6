package io.capstan.smart.policy;

import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.OperatingCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a policy would have done to disks whose fate is known.
 *
 * <p>A disk is fired on once, at the first check at which the probability reaches the threshold. A firing in a disk's last day
 * comes too late to help and does not count.
 */
public final class PolicySimulation {

    private static final int TOO_LATE_HOURS = 24;

    private final List<Trajectory> disks;
    private final List<List<Point>> checks;
    private final int untilHour;

    /** One check: the probability from a power-on hour on. */
    private record Point(int poweredHours, double probability) {}

    /**
     * @param untilHour a failure after this hour since 1970 is not one of the time simulated
     */
    public PolicySimulation(List<Trajectory> disks, int untilHour) {
        this.disks = List.copyOf(disks);
        this.untilHour = untilHour;
        this.checks = new ArrayList<>();
        disks.forEach(disk -> checks.add(new ArrayList<>()));
    }

    /** Adds a check of a disk; checks of one disk come in the order of time. */
    public void add(int disk, int poweredHours, double probability) {
        if (poweredHours < disks.get(disk).span().lastPoweredHours() - TOO_LATE_HOURS) {
            checks.get(disk).add(new Point(poweredHours, probability));
        }
    }

    /**
     * What would have happened.
     *
     * @param threshold from which probability on it fired
     * @param disks looked at
     * @param failures among them
     * @param firings disks fired on
     * @param caught failures fired on at least a day before
     * @param falseAlarms firings on disks that did not fail in the time simulated
     * @param leadDaysMedian days between firing and failure
     */
    public record Outcome(
            double threshold,
            int disks,
            int failures,
            int firings,
            int caught,
            int falseAlarms,
            OptionalDouble leadDaysMedian) {

        public double precision() {
            return firings == 0 ? 1 : (double) caught / firings;
        }

        public double detectionRate() {
            return failures == 0 ? 0 : (double) caught / failures;
        }

        public double falseAlarmRate() {
            return disks == failures ? 0 : (double) falseAlarms / (disks - failures);
        }
    }

    /** Simulates a policy; its criterion's threshold is found on the same history. */
    public Outcome simulate(Policy policy) {
        return simulate(threshold(policy.criterion()));
    }

    /** Simulates firing from a probability on. */
    public Outcome simulate(double threshold) {
        int looked = 0;
        int failures = 0;
        int firings = 0;
        int caught = 0;
        List<Double> leadDays = new ArrayList<>();
        for (int disk = 0; disk < disks.size(); disk++) {
            if (checks.get(disk).isEmpty()) {
                continue;
            }
            boolean fails = fails(disk);
            looked++;
            failures += fails ? 1 : 0;
            for (Point point : checks.get(disk)) {
                if (point.probability >= threshold) {
                    firings++;
                    if (fails) {
                        caught++;
                        int last = disks.get(disk).span().lastPoweredHours();
                        leadDays.add((last - point.poweredHours) / 24.0);
                    }
                    break;
                }
            }
        }
        leadDays.sort(null);
        return new Outcome(
                threshold,
                looked,
                failures,
                firings,
                caught,
                firings - caught,
                leadDays.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(leadDays.get(leadDays.size() / 2)));
    }

    private boolean fails(int disk) {
        return disks.get(disk).failed() && disks.get(disk).span().lastHour() < untilHour;
    }

    /** The probability from which on a criterion fires, by this history; above 1 if it never does. */
    public double threshold(Policy.Criterion criterion) {
        return criterion.threshold(OperatingCurve.of(greatest(true), greatest(false)));
    }

    /** Each disk's greatest probability. */
    private double[] greatest(boolean failing) {
        List<Double> all = new ArrayList<>();
        for (int disk = 0; disk < disks.size(); disk++) {
            if (!checks.get(disk).isEmpty() && fails(disk) == failing) {
                double most = 0;
                for (Point point : checks.get(disk)) {
                    most = Math.max(most, point.probability);
                }
                all.add(most);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
