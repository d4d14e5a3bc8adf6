package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** D5, D7, D10 and D12 on a made-up fleet whose rules are known. */
class FailureModelTest {

    private static final int NOW = 20_000;
    private static final HardEvidence.Weights WEIGHTS = HardEvidence.Weights.defaults();

    private static FailureModel model;

    @BeforeAll
    static void learn() throws FleetLearner.InsufficientHistory {
        FleetLearner learner =
                new FleetLearner(
                        Fleets.plain(1500, new SplittableRandom(3)),
                        Fleets.YEARS_HOURS,
                        new FleetLearner.Effort(3, 30, 1));
        learner.walkTo(Fleets.YEARS_HOURS);
        model = learner.learn("m1", Instant.EPOCH, "made up", Horizon.DAYS_365);
    }

    private static Trajectory disk(String maker, String model, long pending) {
        return Fleets.disk(
                "X",
                Fleets.traits(maker, model),
                new int[] {0, NOW - 24},
                new long[] {0, pending},
                NOW,
                false);
    }

    private static Prediction predict(Trajectory disk) {
        return model.predict(disk, NOW, Set.of(), WEIGHTS);
    }

    @Test
    void D5_everyHorizonHasAProbabilityWithAnInterval() {
        Prediction prediction = predict(disk("BAD", "B1", 8));

        for (Horizon horizon : Horizon.values()) {
            Probability p = prediction.probability(horizon);
            assertThat(p.low()).isLessThan(p.value());
            assertThat(p.high()).isGreaterThan(p.value());
        }
    }

    /** Whatever else a disk shows: no other feature moves with the count. */
    @Test
    void D7_moreErrorsNeverMeanLessRisk() {
        SplittableRandom random = new SplittableRandom(11);
        for (FailureModel.Interval interval : model.intervals()) {
            for (int round = 0; round < 2000; round++) {
                float[] features = new float[FeatureVector.length()];
                for (int feature = 0; feature < features.length; feature++) {
                    features[feature] = random.nextInt(4) == 0 ? 0 : random.nextInt(60);
                }
                double before = interval.forest().margin(features, 1e-4);
                int raised = random.nextInt(features.length);
                features[raised] += 1 + random.nextInt(20);
                if (Feature.all().get(raised).direction() > 0) {
                    assertThat(interval.forest().margin(features, 1e-4))
                            .as(Feature.all().get(raised).title())
                            .isGreaterThanOrEqualTo(before);
                }
            }
        }
    }

    @Test
    void D7_everyErrorCountHasADirection() {
        for (SmartAttribute attribute : SmartAttribute.values()) {
            Feature count =
                    Feature.all().stream()
                            .filter(feature -> feature.key().equals("s" + attribute.id()))
                            .findFirst()
                            .orElseThrow();
            assertThat(count.direction()).isEqualTo(attribute.countsErrors() ? 1 : 0);
        }
        assertThat(Feature.all().stream().filter(feature -> feature.direction() > 0))
                .extracting(Feature::key)
                .contains("nonzero", "pending_peak_90d");
    }

    @Test
    void D7_disksWithMoreErrorsOfOldAreNoLessAtRisk() {
        double before = 0;
        for (long pending = 0; pending < 60; pending++) {
            Trajectory disk =
                    Fleets.disk(
                            "X",
                            Fleets.traits("BAD", "B1"),
                            new int[] {0, NOW - 200 * 24},
                            new long[] {0, pending},
                            NOW,
                            false);
            double now = predict(disk).probability(Horizon.DAYS_30).value();
            assertThat(now).as("%d pending", pending).isGreaterThanOrEqualTo(before);
            before = pending == 0 ? 0 : now;
        }
    }

    @Test
    void D7_laterHorizonsAreNeverLessLikely() {
        for (long pending : new long[] {0, 1, 5, 30}) {
            Prediction prediction = predict(disk("GOOD", "G1", pending));
            assertThat(prediction.probabilities()).extracting(Probability::value).isSorted();
        }
    }

    @Test
    void findsWhatForetellsFailure() {
        double healthy = predict(disk("BAD", "B1", 0)).probability(Horizon.DAYS_30).value();
        double failing = predict(disk("BAD", "B1", 10)).probability(Horizon.DAYS_30).value();
        double good = predict(disk("GOOD", "G1", 0)).probability(Horizon.DAYS_365).value();
        double bad = predict(disk("BAD", "B1", 0)).probability(Horizon.DAYS_365).value();

        assertThat(failing).isGreaterThan(10 * healthy);
        assertThat(bad).isGreaterThan(3 * good);
        // 25 % of disks of the bad model fail in a year, 2 % of the good.
        assertThat(bad).isBetween(0.12, 0.35);
        assertThat(good).isBetween(0.005, 0.06);
    }

    @Test
    void D10_contributionsAddUpToTheScore() {
        Trajectory disk = disk("BAD", "B1", 10);
        Prediction prediction = predict(disk);
        double fleet = model.rates().byAge().posterior().mean();
        HazardForest forest = model.intervals().getFirst().forest();
        double mean = 0;
        for (HazardForest.Bag bag : forest.bags()) {
            mean += bag.intercept();
            mean += bag.trees().stream().mapToDouble(tree -> tree.value()[0]).sum();
        }
        mean /= forest.bags().size();

        double sum =
                prediction.contributions().stream()
                        .mapToDouble(Prediction.Contribution::logOdds)
                        .sum();

        // The prior's part is a ratio of rates, which for rare failures is the ratio of odds.
        assertThat(sum + mean + forest.offset(fleet)).isCloseTo(prediction.score(), within(0.05));
        assertThat(prediction.contributions())
                .filteredOn(contribution -> contribution.factor().startsWith("s197"))
                .as("pending sectors are what foretells failures here")
                .anyMatch(contribution -> contribution.logOdds() > 0.5);
    }

    @Test
    void D12_hardEvidenceMultipliesTheOdds() {
        Trajectory disk = disk("GOOD", "G1", 0);
        double before = predict(disk).probability(Horizon.DAYS_30).value();

        Prediction after =
                model.predict(disk, NOW, EnumSet.of(HardEvidence.SMART_STATUS_FAILED), WEIGHTS);

        double odds = after.probability(Horizon.DAYS_30).value();
        odds /= 1 - odds;
        assertThat(odds / (before / (1 - before))).isCloseTo(60, within(1e-6));
        assertThat(after.isActionable()).isTrue();
        assertThat(after.contributions())
                .extracting(Prediction.Contribution::factor)
                .contains("smart_status_failed");
    }

    @Test
    void D12_likelihoodRatiosBelowOneAreRefused() {
        assertThatThrownBy(() ->
                        new HardEvidence.Weights(
                                java.util.Map.of(HardEvidence.SELF_TEST_FAILED, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SELF_TEST_FAILED");
    }

    @Test
    void D12_classesWithoutHistoriesSayThatPriorsAndRulesSpeak() {
        Trajectory disk =
                Fleets.disk(
                        "N",
                        new DiskTraits(DiskTraits.DiskClass.NVME, "SAMSUNG", "PM9A3", "", 3.84),
                        new int[] {0},
                        new long[] {0},
                        NOW,
                        false);

        Prediction prediction = predict(disk);

        assertThat(prediction.basis()).isEqualTo(Prediction.Basis.PRIORS_AND_RULES);
        assertThat(prediction.probabilities()).extracting(Probability::value).isSorted();
        assertThat(predict(disk("BAD", "B1", 0)).basis()).isEqualTo(Prediction.Basis.LEARNED_MODEL);
    }

    @Test
    void D11_modelIsAJsonDocumentThatPredictsTheSame() throws IOException {
        byte[] document = ModelJson.write(model);
        FailureModel read = ModelJson.read(document);

        assertThat(new String(document, StandardCharsets.UTF_8)).startsWith("{\"format\":1");
        assertThat(read.identity()).isEqualTo(model.identity());
        for (long pending : new long[] {0, 3, 20}) {
            Trajectory disk = disk("BAD", "B1", pending);
            for (Horizon horizon : Horizon.values()) {
                assertThat(read.predict(disk, NOW, Set.of(), WEIGHTS).probability(horizon).value())
                        .isCloseTo(predict(disk).probability(horizon).value(), within(1e-4));
            }
        }
    }

    @Test
    void D11_damagedDocumentIsRefused() {
        String document = new String(ModelJson.write(model), StandardCharsets.UTF_8);
        for (String damaged :
                List.of(
                        "{}",
                        document.replace("\"format\":1", "\"format\":2"),
                        document.replaceFirst("\"left\":\\[\\d+", "\"left\":[0"),
                        document.replace("\"s5\"", "\"s6\""),
                        document.substring(0, document.length() / 2))) {
            assertThatThrownBy(() -> ModelJson.read(damaged.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }
}
