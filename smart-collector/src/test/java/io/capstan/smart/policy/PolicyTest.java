package io.capstan.smart.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.Horizon;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** D13, D14 and D15. */
class PolicyTest {

    private static Trajectory disk(int lastHour, boolean failed) {
        return new Trajectory(
                "S",
                new DiskTraits(DiskTraits.DiskClass.ATA_HDD, "ST", "M", "", 4),
                new int[] {0},
                new long[SmartAttribute.values().length][1],
                new Trajectory.Span(0, 0, lastHour, lastHour),
                failed);
    }

    /** Ten disks that fail after 1000 hours, 90 that do not; a tenth of the latter look as bad. */
    private static PolicySimulation simulation() {
        List<Trajectory> disks = new ArrayList<>();
        for (int disk = 0; disk < 100; disk++) {
            disks.add(disk(1000, disk < 10));
        }
        PolicySimulation simulation = new PolicySimulation(disks, 2000);
        for (int disk = 0; disk < 100; disk++) {
            simulation.add(disk, 100, 0.001);
            boolean looksBad = disk < 8 || disk >= 91;
            simulation.add(disk, 520, looksBad ? 0.3 + disk / 1000.0 : 0.002);
            simulation.add(disk, 990, disk < 10 ? 0.99 : 0.002);
        }
        return simulation;
    }

    @Test
    void simulationCountsFiringsFailuresCaughtAndLeadTime() {
        PolicySimulation.Outcome outcome = simulation().simulate(0.3);

        assertThat(outcome.disks()).isEqualTo(100);
        assertThat(outcome.failures()).isEqualTo(10);
        assertThat(outcome.firings()).isEqualTo(17);
        assertThat(outcome.caught()).isEqualTo(8);
        assertThat(outcome.falseAlarms()).isEqualTo(9);
        // The check ten hours before the end comes too late.
        assertThat(outcome.leadDaysMedian()).hasValue(20);
        assertThat(outcome.falseAlarmRate()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void thresholdsOfOtherCriteriaComeFromHistory() {
        PolicySimulation simulation = simulation();

        assertThat(simulation.threshold(new Policy.Criterion.ExpectedCost(1000, 50)))
                .isEqualTo(0.05);
        assertThat(
                        simulation
                                .simulate(simulation.threshold(new Policy.Criterion.Coverage(0)))
                                .caught())
                .isEqualTo(8);
        // Those that look as bad look a little worse: no threshold is right more often than this.
        assertThat(simulation.threshold(new Policy.Criterion.Precision(0.9))).isGreaterThan(1);
        assertThat(
                        simulation
                                .simulate(simulation.threshold(new Policy.Criterion.Precision(0.4)))
                                .precision())
                .isGreaterThanOrEqualTo(0.4);
    }

    @Test
    void defaultsAreTheSourceTextsAndThoseThatACalibratedModelCanReach() {
        assertThat(Policy.defaults())
                .contains(
                        new Policy(
                                "copy-away",
                                Horizon.DAYS_30,
                                new Policy.Criterion.Probability(0.90),
                                Policy.Action.EVACUATE),
                        new Policy(
                                "replace",
                                Horizon.DAYS_30,
                                new Policy.Criterion.Probability(0.95),
                                Policy.Action.DEACTIVATE_AND_REPLACE));
    }

    @Test
    void criteriaThatMakeNoSenseAreRefused() {
        for (Policy.Criterion criterion :
                List.of(
                        new Policy.Criterion.Probability(0),
                        new Policy.Criterion.Probability(1.5),
                        new Policy.Criterion.Precision(0),
                        new Policy.Criterion.Coverage(1),
                        new Policy.Criterion.ExpectedCost(1, 2))) {
            assertThatThrownBy(
                            () -> new Policy("p", Horizon.DAYS_30, criterion, Policy.Action.ALERT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("policy p");
        }
    }

    @Test
    void jointRiskIsTheBinomialOfTheTextbook() {
        // Two of three at 0.1 each: 3 * 0.01 * 0.9 + 0.001.
        assertThat(JointRisk.atLeast(new double[] {0.1, 0.1, 0.1}, 2))
                .isCloseTo(0.028, within(1e-12));
        assertThat(JointRisk.atLeast(new double[] {0.1}, 2)).isZero();
        // Repair that takes as long as the horizon: all failures are together.
        assertThat(JointRisk.dataLoss(new double[] {0.1, 0.1, 0.1}, 2, 30, 30))
                .isCloseTo(0.028, within(1e-9));
    }

    @Test
    void quickRepairAndMoreCopiesLowerTheRisk() {
        double[] disks = {0.02, 0.02, 0.3, 0.02};
        double slow = JointRisk.dataLoss(disks, 2, 30, 7);
        double quick = JointRisk.dataLoss(disks, 2, 30, 1);

        assertThat(quick).isLessThan(slow);
        assertThat(JointRisk.dataLoss(disks, 3, 30, 1)).isLessThan(quick / 10);
        assertThat(JointRisk.dataLoss(disks, 1, 30, 1)).isGreaterThan(0.3);
    }

    @Test
    void diskWithSeveralPoolsFollowsTheStrictest() {
        ServiceLevels levels = new ServiceLevels(Map.of("gold", 0.01, "bronze", 0.2));

        assertThat(levels.strictest(List.of("bronze", "gold"))).isEqualTo(0.01);
        assertThat(levels.strictest(List.of("bronze", "none"))).isEqualTo(0.2);
        assertThat(levels.strictest(List.of("none"))).isEqualTo(1);
        assertThatThrownBy(() -> new ServiceLevels(Map.of("gold", 0.0)))
                .hasMessageContaining("gold");
    }
}
