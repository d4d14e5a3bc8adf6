package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** D6: rates by common attributes, each level shrinking to its parent, learning in constant time. */
class RateHierarchyTest {

    @Test
    void groupWithoutHistoryRepeatsItsParent() {
        RateHierarchy rates = new RateHierarchy();
        rates.observe(100, 1_000_000, "ATA_HDD", "ST");
        double parent = rates.posterior("ATA_HDD", "ST").mean();

        assertThat(rates.posterior("ATA_HDD", "ST", "never seen").mean()).isEqualTo(parent);
        rates.group("ATA_HDD", "ST", "new");
        assertThat(rates.posterior("ATA_HDD", "ST", "new").mean()).isCloseTo(parent, within(1e-12));
    }

    @Test
    void groupWithMuchHistorySpeaksForItself() {
        RateHierarchy rates = new RateHierarchy();
        rates.observe(10, 1_000_000, "ATA_HDD", "HGST", "good");
        rates.observe(1000, 1_000_000, "ATA_HDD", "ST", "bad");

        assertThat(rates.posterior("ATA_HDD", "ST", "bad").mean()).isCloseTo(1e-3, within(2e-5));
        assertThat(rates.posterior("ATA_HDD", "HGST", "good").mean()).isBetween(1e-5, 1.3e-5);
    }

    @Test
    void posteriorIsTheGammaDistributionOfTheTextbook() {
        RateHierarchy rates = new RateHierarchy();
        rates.observe(3, 1000, "a");
        double root = rates.posterior().mean();
        RateHierarchy.Posterior posterior = rates.posterior("a");

        // Shape 2 is the strength of a level that has not been fitted.
        assertThat(posterior.shape()).isEqualTo(5);
        assertThat(posterior.rateDays()).isCloseTo(2 / root + 1000, within(1e-9));
        assertThat(posterior.quantile(0.05)).isLessThan(posterior.mean());
        assertThat(posterior.quantile(0.95)).isGreaterThan(posterior.mean());
    }

    @Test
    void strengthFollowsHowAlikeGroupsAre() {
        RateHierarchy alike = new RateHierarchy();
        RateHierarchy unlike = new RateHierarchy();
        for (int group = 0; group < 40; group++) {
            alike.observe(10, 100_000, "model " + group);
            unlike.observe(group % 2 == 0 ? 1 : 40, 100_000, "model " + group);
        }
        alike.fitShapes();
        unlike.fitShapes();

        assertThat(alike.shapes().get(1)).isGreaterThan(20);
        assertThat(unlike.shapes().get(1)).isLessThan(3);
    }

    @Test
    void pastThatDecaysCountsLess() {
        RateHierarchy rates = new RateHierarchy();
        rates.observe(100, 100_000, "a");
        rates.decay(0.5);

        assertThat(rates.known("a").failures()).isEqualTo(50);
        assertThat(rates.known("a").diskDays()).isEqualTo(50_000);
    }
}
