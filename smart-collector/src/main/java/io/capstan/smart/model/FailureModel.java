package io.capstan.smart.model;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.history.UsagePattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Predicts the failure of disks: hierarchical rates as the prior, boosted trees for the hazard of each interval between
 * horizons on top, calibration last.
 *
 * <p>The chance to fail within a horizon is one less the chance to live through its intervals, so it grows with the horizon
 * whatever the trees say. Immutable but for the rates, which learn of every disk-day; reading them and adding to them is for
 * one thread.
 */
public final class FailureModel {

    private static final String SHIPPED = "backblaze-2013-2016.json";
    private static final double NINETY_PERCENT_SIDE = 0.05;

    /** Distance from the mean to the end of a 90 % interval in standard deviations. */
    private static final double NINETY_PERCENT_DEVIATIONS = 1.645;

    private final ModelIdentity identity;
    private final FleetRates rates;
    private final List<Interval> intervals;
    private final FeatureProfile profile;
    private final OperatingCurve operating;
    private final FeatureVector vector = new FeatureVector();

    /** Trees and calibration of the time between two horizons. */
    record Interval(HazardForest forest, Calibration calibration) {}

    FailureModel(
            ModelIdentity identity,
            FleetRates rates,
            List<Interval> intervals,
            FeatureProfile profile,
            OperatingCurve operating) {
        if (intervals.isEmpty() || intervals.size() > Horizon.values().length) {
            throw new IllegalArgumentException("a model has an interval for each of its horizons");
        }
        this.identity = identity;
        this.rates = rates;
        this.intervals = List.copyOf(intervals);
        this.profile = profile;
        this.operating = operating;
    }

    /** The model as a JSON document, which is all of it. */
    public byte[] toJson() {
        return ModelJson.write(this);
    }

    /**
     * @throws IOException if it is no model that this program reads, saying why
     */
    public static FailureModel fromJson(byte[] document) throws IOException {
        return ModelJson.read(document);
    }

    /**
     * The model that ships with the product: learned from the drives of Backblaze, 2013 to 2016, whose terms ask that they are
     * named as the source.
     */
    public static FailureModel shipped() {
        try (InputStream document = FailureModel.class.getResourceAsStream(SHIPPED)) {
            if (document == null) {
                throw new IllegalStateException("the product was built without " + SHIPPED);
            }
            return fromJson(document.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the product's own model is damaged", e);
        }
    }

    public ModelIdentity identity() {
        return identity;
    }

    public FleetRates rates() {
        return rates;
    }

    List<Interval> intervals() {
        return intervals;
    }

    /** How the features of its training checks were spread. */
    public FeatureProfile profile() {
        return profile;
    }

    /** How high the 30-day probability rose of disks that those who judged them had not learned from. */
    public OperatingCurve operating() {
        return operating;
    }

    /** Predicts a disk's failure from what was known of it at a power-on hour. */
    public Prediction predict(
            Trajectory disk, int powered, Set<HardEvidence> found, HardEvidence.Weights weights) {
        Rates now = rates.rates(disk.traits(), powered);
        double ratio = weights.ratio(found);
        if (disk.traits().diskClass() != DiskTraits.DiskClass.ATA_HDD) {
            return fromRates(disk, powered, ratio, found);
        }
        float[] features = features(disk, powered, now);
        List<Probability> all = new ArrayList<>();
        Probability sofar = Probability.ZERO;
        for (Interval interval : intervals) {
            sofar = sofar.orElse(probability(interval, features, now).withOdds(ratio));
            all.add(sofar);
        }
        Interval first = intervals.getFirst();
        double score = first.forest.margin(features, now.prior());
        return new Prediction(
                List.copyOf(all),
                Prediction.Basis.LEARNED_MODEL,
                ratio > 1 || first.calibration.isActionable(score),
                score,
                first.calibration.checksAt(score),
                first.calibration.failuresAt(score),
                contributions(features, now, ratio, found));
    }

    /** The log odds of failing within 30 days before calibration: what disks are ranked by. */
    double score(float[] features, Rates now) {
        return intervals.getFirst().forest.margin(features, now.prior());
    }

    /** The calibrated chance to fail within 30 days, alone. */
    double probability30(double score) {
        return intervals.getFirst().calibration.probability(score);
    }

    boolean isActionable30(double score) {
        return intervals.getFirst().calibration.isActionable(score);
    }

    float[] features(Trajectory disk, int powered, Rates now) {
        float[] features = new float[FeatureVector.length()];
        vector.compute(disk, powered, now, features);
        return features;
    }

    private static Probability probability(Interval interval, float[] features, Rates now) {
        HazardForest forest = interval.forest;
        double mean = forest.margin(features, now.prior());
        double deviation = forest.deviation(features);
        double value = interval.calibration.probability(mean);
        double low =
                interval.calibration.quantile(
                        mean - NINETY_PERCENT_DEVIATIONS * deviation, NINETY_PERCENT_SIDE);
        double high =
                interval.calibration.quantile(
                        mean + NINETY_PERCENT_DEVIATIONS * deviation, 1 - NINETY_PERCENT_SIDE);
        return new Probability(Math.min(low, value), value, Math.max(high, value));
    }

    private Prediction fromRates(
            Trajectory disk, int powered, double ratio, Set<HardEvidence> found) {
        RateHierarchy.Posterior modelAtAge =
                rates.byAge().posterior(FleetRates.path(disk.traits(), powered));
        List<Prediction.Contribution> contributions = new ArrayList<>();
        contributions.add(prior(modelAtAge.mean()));
        RateHierarchy.Posterior posterior = modelAtAge;
        for (RelativeRisks.Circumstance circumstance : RelativeRisks.Circumstance.values()) {
            String[] path =
                    RelativeRisks.path(circumstance, disk.traits(), UsagePattern.of(disk, powered));
            if (path.length > 0) {
                RateHierarchy.Posterior risk = rates.risks().know(circumstance, path).posterior();
                posterior = posterior.times(risk);
                addRisk(contributions, circumstance, risk.mean());
            }
        }
        double low = posterior.quantile(NINETY_PERCENT_SIDE);
        double high = posterior.quantile(1 - NINETY_PERCENT_SIDE);
        List<Probability> all = new ArrayList<>();
        for (Horizon horizon : Horizon.values()) {
            double mean = within(posterior.mean(), horizon.days());
            all.add(
                    new Probability(
                                    Math.min(mean, within(low, horizon.days())),
                                    mean,
                                    Math.max(mean, within(high, horizon.days())))
                            .withOdds(ratio));
        }
        addEvidence(contributions, ratio, found);
        return new Prediction(
                List.copyOf(all),
                Prediction.Basis.PRIORS_AND_RULES,
                ratio > 1,
                Distributions.logit(all.getFirst().value()),
                0,
                0,
                sorted(contributions));
    }

    private static double within(double ratePerDay, int days) {
        return -Math.expm1(-ratePerDay * days);
    }

    private Prediction.Contribution prior(double ratePerDay) {
        double fleet = rates.byAge().posterior().mean();
        return new Prediction.Contribution(
                "prior",
                "failure rate of class, maker, model and age, against all disks",
                ratePerDay * 365,
                Math.log(ratePerDay / fleet));
    }

    private static void addRisk(
            List<Prediction.Contribution> contributions,
            RelativeRisks.Circumstance circumstance,
            double risk) {
        if (risk != 1) {
            contributions.add(
                    new Prediction.Contribution(
                            "risk_" + circumstance.title(),
                            "failures with its %s, against those to be expected"
                                    .formatted(circumstance.title()),
                            risk,
                            Math.log(risk)));
        }
    }

    private List<Prediction.Contribution> contributions(
            float[] features, Rates now, double ratio, Set<HardEvidence> found) {
        double[] byFeature = new double[features.length];
        HazardForest forest = intervals.getFirst().forest;
        for (HazardForest.Bag bag : forest.bags()) {
            for (Tree tree : bag.trees()) {
                TreeShap.add(tree, features, byFeature, 1.0 / forest.bags().size());
            }
        }
        List<Prediction.Contribution> contributions = new ArrayList<>();
        contributions.add(prior(now.modelAtAge()));
        addRisk(contributions, RelativeRisks.Circumstance.FIRMWARE, now.firmware());
        addRisk(contributions, RelativeRisks.Circumstance.PLACE, now.place());
        for (int index = 0; index < byFeature.length; index++) {
            Feature feature = Feature.all().get(index);
            if (byFeature[index] != 0) {
                contributions.add(
                        new Prediction.Contribution(
                                feature.key(),
                                feature.title(),
                                feature.shown(features[index]),
                                byFeature[index]));
            }
        }
        addEvidence(contributions, ratio, found);
        return sorted(contributions);
    }

    private static void addEvidence(
            List<Prediction.Contribution> contributions, double ratio, Set<HardEvidence> found) {
        for (HardEvidence evidence : found) {
            contributions.add(
                    new Prediction.Contribution(
                            evidence.name().toLowerCase(Locale.ROOT),
                            evidence.title(),
                            1,
                            Math.log(ratio) / found.size()));
        }
    }

    private static List<Prediction.Contribution> sorted(List<Prediction.Contribution> all) {
        return all.stream()
                .sorted(
                        Comparator.comparingDouble(
                                        (Prediction.Contribution c) -> Math.abs(c.logOdds()))
                                .reversed())
                .toList();
    }
}
