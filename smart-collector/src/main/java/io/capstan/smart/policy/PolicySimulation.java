package io.capstan.smart.policy;

import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.OperatingCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * A disk that a policy fired on.
     *
     * @param disk its place among the disks
     * @param leadDays until it failed; empty if it did not in the time simulated
     */
    public record Firing(int disk, int poweredHours, OptionalDouble leadDays) {}

    /**
     * What would have happened.
     *
     * @param threshold from which probability on it fired
     * @param disks looked at
     * @param failures among them
     * @param fired in the order of the disks
     */
    public record Outcome(double threshold, int disks, int failures, List<Firing> fired) {

        public Outcome {
            fired = List.copyOf(fired);
        }

        /** Disks fired on. */
        public int firings() {
            return fired.size();
        }

        /** Failures fired on at least a day before. */
        public int caught() {
            return (int) fired.stream().filter(firing -> firing.leadDays.isPresent()).count();
        }

        /** Firings on disks that did not fail in the time simulated. */
        public int falseAlarms() {
            return firings() - caught();
        }

        /** Days between firing and failure; empty if no failure was caught. */
        public OptionalDouble leadDaysMedian() {
            double[] days =
                    fired.stream()
                            .flatMapToDouble(firing -> firing.leadDays.stream())
                            .sorted()
                            .toArray();
            return days.length == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(days[days.length / 2]);
        }

        public double precision() {
            return fired.isEmpty() ? 1 : (double) caught() / firings();
        }

        public double detectionRate() {
            return failures == 0 ? 0 : (double) caught() / failures;
        }

        public double falseAlarmRate() {
            return disks == failures ? 0 : (double) falseAlarms() / (disks - failures);
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
        List<Firing> fired = new ArrayList<>();
        for (int disk = 0; disk < disks.size(); disk++) {
            if (!checks.get(disk).isEmpty()) {
                looked++;
                failures += fails(disk) ? 1 : 0;
                firing(disk, threshold).ifPresent(fired::add);
            }
        }
        return new Outcome(threshold, looked, failures, fired);
    }

    private Optional<Firing> firing(int disk, double threshold) {
        return checks.get(disk).stream()
                .filter(point -> point.probability >= threshold)
                .findFirst()
                .map(point -> new Firing(disk, point.poweredHours, leadDays(disk, point)));
    }

    private OptionalDouble leadDays(int disk, Point point) {
        int last = disks.get(disk).span().lastPoweredHours();
        return fails(disk)
                ? OptionalDouble.of((last - point.poweredHours) / 24.0)
                : OptionalDouble.empty();
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
