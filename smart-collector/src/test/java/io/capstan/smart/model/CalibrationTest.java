package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D8: isotonic, every step smoothed, nothing done on the word of a few. */
class CalibrationTest {

    @Test
    void sharesBecomeProbabilitiesThatHold() {
        SplittableRandom random = new SplittableRandom(5);
        int count = 20_000;
        double[] scores = new double[count];
        boolean[] labels = new boolean[count];
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        for (int index = 0; index < count; index++) {
            scores[index] = random.nextDouble();
            // What the score says is off by far; its order is right.
            labels[index] = random.nextDouble() < scores[index] * scores[index] / 10;
        }

        Calibration calibration = Calibration.fit(scores, labels, weights);

        assertThat(calibration.probability(0.9)).isCloseTo(0.081, within(0.02));
        assertThat(calibration.probability(0.3)).isCloseTo(0.009, within(0.005));
    }

    @Test
    void neverFallsAsTheScoreRises() {
        SplittableRandom random = new SplittableRandom(6);
        double[] scores = random.doubles(500).toArray();
        boolean[] labels = new boolean[500];
        double[] weights = new double[500];
        for (int index = 0; index < 500; index++) {
            labels[index] = random.nextInt(10) == 0;
            weights[index] = random.nextInt(1, 30);
        }
        Calibration calibration = Calibration.fit(scores, labels, weights);

        double before = 0;
        for (double score = -0.1; score <= 1.1; score += 0.001) {
            double now = calibration.probability(score);
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
        }
    }

    @Test
    void certaintyIsNotLearnedFromOneFailure() {
        double[] scores = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        boolean[] labels = new boolean[10];
        labels[9] = true;
        double[] weights = new double[10];
        Arrays.fill(weights, 1);

        Calibration calibration = Calibration.fit(scores, labels, weights);

        assertThat(calibration.probability(1)).isBetween(0.1, 0.6);
        assertThat(calibration.quantile(1, 0.05)).isLessThan(calibration.probability(1));
    }

    @Test
    void fewSamplesAreShownButNotActedOn() {
        double[] scores = new double[60];
        boolean[] labels = new boolean[60];
        double[] weights = new double[60];
        Arrays.fill(weights, 1);
        for (int index = 0; index < 60; index++) {
            scores[index] = index < 55 ? 0 : 1;
            labels[index] = index >= 55;
        }

        Calibration calibration = Calibration.fit(scores, labels, weights);

        assertThat(calibration.isActionable(0)).isTrue();
        assertThat(calibration.isActionable(1)).isFalse();
    }
}
