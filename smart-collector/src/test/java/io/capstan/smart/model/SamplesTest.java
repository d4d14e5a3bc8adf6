package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** D7: what a check counts for when a model is learned. */
class SamplesTest {

    private static final int DAY_HOURS = 24;
    private static final int YEAR_HOURS = 365 * DAY_HOURS;

    private static Samples of(int hour, int remainingHours, boolean fails, Samples.Draw draw) {
        Samples samples = new Samples(FeatureVector.length());
        samples.add(new float[FeatureVector.length()], 0, hour, remainingHours, fails, draw, 1e-4);
        return samples;
    }

    @Test
    void D7_checksOfLongAgoCountLess() {
        Samples samples = of(0, 5 * YEAR_HOURS, false, new Samples.Draw(0, 1, 30, 0.01));

        assertThat(samples.recentWeight(0, 0, 365)).isEqualTo(30);
        assertThat(samples.recentWeight(0, YEAR_HOURS, 365)).isCloseTo(15, within(1e-9));
        assertThat(samples.recentWeight(0, 2 * YEAR_HOURS, 365)).isCloseTo(7.5, within(1e-9));
        assertThat(samples.recentWeight(0, 2 * YEAR_HOURS, 730)).isCloseTo(15, within(1e-9));
    }

    @Test
    void D7_fateThatIsNotKnownYetChangesNoWeight() {
        int dies = 40 * DAY_HOURS;
        Samples samples = of(0, dies, true, new Samples.Draw(3, 6, 4, 0.01));

        // One of six looks before a failure; until that is known, the first look stands for all.
        assertThat(samples.weight(0, dies - 1)).isZero();
        assertThat(samples.weight(0, dies)).isEqualTo(1f / 6);
    }
}
