package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D11: drift of the features is told from chance. */
class FeatureProfileTest {

    private static final int HOURS =
            Feature.all().stream().map(Feature::key).toList().indexOf("power_on_hours");

    private static Samples samples(long seed, double shift) {
        SplittableRandom random = new SplittableRandom(seed);
        Samples samples = new Samples(FeatureVector.length());
        float[] features = new float[FeatureVector.length()];
        for (int index = 0; index < 3000; index++) {
            features[HOURS] = (float) (random.nextDouble() + shift);
            samples.add(features, index, 0, 10_000, false, new Samples.Draw(0, 1, 1, 0.5), 1e-4);
        }
        return samples;
    }

    @Test
    void sameSpreadIsNoDrift() {
        assertThat(FeatureProfile.of(samples(1, 0), 20_000).compare(samples(2, 0), 20_000))
                .noneMatch(FeatureProfile.Drift::isDrifted);
    }

    @Test
    void shiftedFeatureIsNamedFirst() {
        FeatureProfile.Drift first =
                FeatureProfile.of(samples(1, 0), 20_000)
                        .compare(samples(2, 0.4), 20_000)
                        .getFirst();

        assertThat(first.feature()).isEqualTo("power_on_hours");
        assertThat(first.isDrifted()).isTrue();
    }
}
