package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.history.Trajectory;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D11: a challenger is promoted only if it is better on months that it has not seen. */
class RetrainingTest {

    private static final FleetLearner.Effort EFFORT = new FleetLearner.Effort(3, 40, 1);
    private static final Instant NOW = Instant.ofEpochSecond(3600L * Fleets.YEARS_HOURS);

    private static Retraining.Outcome run(List<Trajectory> fleet, FailureModel champion) {
        return Retraining.run(fleet, champion, NOW, "made up", EFFORT);
    }

    @Test
    void D11_modelThatKnowsTheFleetTakesThePlaceOfOneThatDoesNot() throws Exception {
        List<Trajectory> fleet = Fleets.plain(3000, new SplittableRandom(1));

        Retraining.Outcome first = run(fleet, FailureModel.shipped());

        assertThat(first).as(first.reason()).isInstanceOf(Retraining.Outcome.Promote.class);
        FailureModel better = ((Retraining.Outcome.Promote) first).model();
        assertThat(better.identity().version()).isEqualTo("local-19721231T000000");
        assertThat(better.identity().asOf()).isEqualTo(NOW);
        assertThat(better.identity().disks()).isEqualTo(3000);

        // It has seen the months on which the next challenger is judged, which that has not.
        Retraining.Outcome second = run(fleet, FailureModel.fromJson(better.toJson()));
        assertThat(second.reason()).contains("is not below the champion's");
        assertThat(second).isInstanceOf(Retraining.Outcome.Keep.class);
    }

    @Test
    void D11_withFewFailuresTheModelStays() {
        List<Trajectory> few = Fleets.plain(60, new SplittableRandom(2));
        assertThat(run(few, FailureModel.shipped()))
                .isInstanceOf(Retraining.Outcome.Keep.class)
                .extracting(Retraining.Outcome::reason)
                .asString()
                .contains("failures in the window");

        List<Trajectory> none =
                Fleets.plain(60, new SplittableRandom(2)).stream()
                        .filter(disk -> !disk.failed())
                        .toList();
        assertThat(run(none, FailureModel.shipped()).reason())
                .startsWith("none of %d disks is known to have failed".formatted(none.size()));
        assertThat(run(List.of(), FailureModel.shipped()).reason()).startsWith("none of 0 disks");
    }

    @Test
    void D11_driftIsSeenWhereDisksAreOtherThanThoseLearnedFrom() throws Exception {
        List<Trajectory> fleet = Fleets.plain(600, new SplittableRandom(3));
        FleetLearner learner = new FleetLearner(fleet, Fleets.YEARS_HOURS, EFFORT);
        learner.walkTo(Fleets.YEARS_HOURS);
        FailureModel own = learner.learn("own", NOW, "made up", Horizon.DAYS_30);

        assertThat(Retraining.drifts(fleet, FailureModel.shipped(), NOW))
                .extracting(FeatureProfile.Drift::feature)
                .contains("rate_batch");
        assertThat(Retraining.drifts(fleet, own, NOW))
                .extracting(FeatureProfile.Drift::feature)
                .doesNotContain("capacity_tb", "s197");
        assertThat(Retraining.drifts(fleet.subList(0, 20), FailureModel.shipped(), NOW)).isEmpty();
    }

    @Test
    void D14_modelKnowsFromWhichProbabilityOnFiringIsPrecise() throws Exception {
        List<Trajectory> fleet = Fleets.plain(1000, new SplittableRandom(4));
        FleetLearner learner = new FleetLearner(fleet, Fleets.YEARS_HOURS, EFFORT);
        learner.walkTo(Fleets.YEARS_HOURS);
        OperatingCurve curve = learner.learn("own", NOW, "made up", Horizon.DAYS_30).operating();

        double half = curve.precisionThreshold(0.5);
        double most = curve.precisionThreshold(0.8);
        assertThat(half).isLessThanOrEqualTo(most).isBetween(0.001, 1.0);
        assertThat(curve.coverageThreshold(0.5)).isGreaterThan(curve.coverageThreshold(0.05));
    }
}
