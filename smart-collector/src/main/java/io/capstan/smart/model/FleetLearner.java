package io.capstan.smart.model;

import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Walks through the history of a fleet month by month and learns models from what had happened by then.
 *
 * <p>Everything that a check's features and a model's labels hold was known at the time they stand for. Has one owner.
 */
public final class FleetLearner {

    /** Out-of-bag scores of a year ago count half in calibration: fleets change. */
    private static final int CALIBRATION_HALF_LIFE_DAYS = 365;

    private final List<Trajectory> fleet;
    private final HazardLearner hazards;
    private final FleetRates rates = new FleetRates();
    private final Samples samples = new Samples(FeatureVector.length());
    private final Sampler sampler;
    private final int firstHour;
    private int hour;

    /**
     * How much work is put into a model.
     *
     * @param bags sets of trees for each interval between horizons
     * @param trees in each of them
     * @param seed of every random choice
     */
    public record Effort(int bags, int trees, long seed) {

        private static final int BAGS_DEFAULT = 6;
        private static final int TREES_DEFAULT = 80;

        public static Effort defaults() {
            return new Effort(BAGS_DEFAULT, TREES_DEFAULT, 1);
        }

        private static final double LEARNING_RATE_TIMES_TREES = 10;
        private static final double BAG_SHARE = 0.7;

        Booster.Settings settings() {
            return new Booster.Settings(
                    trees, 16, LEARNING_RATE_TIMES_TREES / trees, 2, 1, 0.5, 0.5, 0.6);
        }

        HazardLearner hazards() {
            return (samples, asOf, from, to) ->
                    HazardForest.learn(
                            samples, asOf, from, to, settings(), bags, BAG_SHARE, seed + to);
        }
    }

    /**
     * @param anchorHour months begin so that one of them begins here
     */
    public FleetLearner(List<Trajectory> fleet, int anchorHour, Effort effort) {
        this(fleet, anchorHour, effort.seed(), effort.hazards());
    }

    FleetLearner(List<Trajectory> fleet, int anchorHour, long seed, HazardLearner hazards) {
        this.fleet = List.copyOf(fleet);
        this.hazards = hazards;
        this.sampler = new Sampler(seed);
        int first =
                fleet.stream().mapToInt(disk -> disk.span().firstHour()).min().orElse(anchorHour);
        int months = Math.ceilDiv(Math.max(0, anchorHour - first), FleetRates.MONTH_HOURS);
        this.firstHour = anchorHour - months * FleetRates.MONTH_HOURS;
        this.hour = firstHour;
    }

    /** Up to where history is known, in hours since 1970. */
    public int hour() {
        return hour;
    }

    FleetRates rates() {
        return rates;
    }

    Samples samples() {
        return samples;
    }

    /** Goes through months until history is known up to an hour, or a little beyond it. */
    public void walkTo(int untilHour) {
        while (hour < untilHour) {
            sampler.collect(fleet, hour, rates, samples);
            rates.countMonth(fleet, hour);
            hour += FleetRates.MONTH_HOURS;
        }
    }

    /**
     * Learns a model from what is known now. It shares this learner's rates, which go on learning.
     *
     * @param source of the histories, with its citation
     * @param farthest horizon that the model is to predict
     * @throws InsufficientHistory if no disk has failed
     */
    public FailureModel learn(String version, Instant learnedAt, String source, Horizon farthest)
            throws InsufficientHistory {
        List<FailureModel.Interval> intervals = new ArrayList<>();
        OperatingCurve operating = OperatingCurve.of(new double[0], new double[0]);
        int from = 0;
        for (Horizon horizon : Horizon.values()) {
            if (horizon.compareTo(farthest) > 0) {
                break;
            }
            Learned learned = interval(from, horizon.hours());
            intervals.add(learned.interval);
            operating = from == 0 ? learned.operating : operating;
            from = horizon.hours();
        }
        return new FailureModel(
                identity(version, learnedAt, source),
                rates,
                intervals,
                FeatureProfile.of(samples, hour),
                operating);
    }

    private record Learned(FailureModel.Interval interval, OperatingCurve operating) {}

    private Learned interval(int from, int to) throws InsufficientHistory {
        HazardForest.Learned learned = hazards.learn(samples, hour, from, to);
        int count = 0;
        int failures = 0;
        int length = learned.samples().length;
        double[] scores = new double[length];
        boolean[] labels = new boolean[length];
        double[] weights = new double[length];
        for (int place = 0; place < length; place++) {
            int sample = learned.samples()[place];
            if (!Double.isNaN(learned.outOfBag()[place])) {
                scores[count] = learned.outOfBag()[place];
                labels[count] = samples.event(sample, to);
                weights[count] = samples.recentWeight(sample, hour, CALIBRATION_HALF_LIFE_DAYS);
                failures += labels[count] ? 1 : 0;
                count++;
            }
        }
        if (failures == 0) {
            throw new InsufficientHistory(
                    "no disk of %d is known to have failed between %d and %d days after a check"
                            .formatted(fleet.size(), from / 24, to / 24));
        }
        Calibration calibration =
                Calibration.fit(
                        Arrays.copyOf(scores, count),
                        Arrays.copyOf(labels, count),
                        Arrays.copyOf(weights, count));
        return new Learned(
                new FailureModel.Interval(learned.forest(), calibration),
                operating(learned, calibration, to));
    }

    /**
     * Each disk's greatest probability by the bags that had not learned from it. A disk of which no check was drawn had nothing
     * but clean ones: it counts with the least.
     */
    private OperatingCurve operating(
            HazardForest.Learned learned, Calibration calibration, int to) {
        double[] greatest = new double[fleet.size()];
        boolean[] fails = new boolean[fleet.size()];
        double least = 1;
        for (int place = 0; place < learned.samples().length; place++) {
            int sample = learned.samples()[place];
            if (!Double.isNaN(learned.outOfBag()[place])) {
                double p = calibration.probability(learned.outOfBag()[place]);
                int disk = samples.disk(sample);
                greatest[disk] = Math.max(greatest[disk], p);
                fails[disk] |= samples.event(sample, to);
                least = Math.min(least, p);
            }
        }
        double[] ofFailing = new double[fleet.size()];
        double[] ofHealthy = new double[fleet.size()];
        int failing = 0;
        int healthy = 0;
        for (int disk = 0; disk < greatest.length; disk++) {
            if (fails[disk]) {
                ofFailing[failing++] = greatest[disk];
            } else if (fleet.get(disk).span().firstHour() < hour) {
                ofHealthy[healthy++] = Math.max(least, greatest[disk]);
            }
        }
        return OperatingCurve.of(
                Arrays.copyOf(ofFailing, failing), Arrays.copyOf(ofHealthy, healthy));
    }

    /** There is nothing to learn from. */
    public static final class InsufficientHistory extends Exception {

        InsufficientHistory(String message) {
            super(message);
        }
    }

    private ModelIdentity identity(String version, Instant learnedAt, String source) {
        int disks = 0;
        int failures = 0;
        for (Trajectory disk : fleet) {
            if (disk.span().firstHour() < hour) {
                disks++;
                failures += disk.failed() && disk.span().lastHour() < hour ? 1 : 0;
            }
        }
        return new ModelIdentity(
                version,
                learnedAt,
                Instant.ofEpochSecond(3600L * hour),
                source,
                digest(),
                disks,
                failures);
    }

    /** Of everything about the disks that learning reads. */
    private String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Trajectory disk : fleet) {
                digest.update(disk.serial().getBytes(StandardCharsets.UTF_8));
                digest.update(bytes(disk).flip());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private ByteBuffer bytes(Trajectory disk) {
        SmartAttribute[] attributes = SmartAttribute.values();
        Trajectory.Span span = disk.span();
        ByteBuffer bytes =
                ByteBuffer.allocate(
                        6 * Integer.BYTES
                                + disk.rows() * (Integer.BYTES + attributes.length * Long.BYTES));
        bytes.putInt(span.firstHour()).putInt(span.firstPoweredHours());
        bytes.putInt(Math.min(hour, span.lastHour())).putInt(span.lastPoweredHours());
        bytes.putInt(disk.failed() && span.lastHour() < hour ? 1 : 0).putInt(disk.rows());
        for (int row = 0; row < disk.rows(); row++) {
            bytes.putInt(disk.poweredHours(row));
            for (SmartAttribute attribute : attributes) {
                bytes.putLong(disk.value(attribute, row));
            }
        }
        return bytes;
    }
}
