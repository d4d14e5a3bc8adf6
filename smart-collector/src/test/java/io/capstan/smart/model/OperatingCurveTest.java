package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** D14: thresholds of criteria that are about shares. */
class OperatingCurveTest {

    private static final OperatingCurve CURVE =
            OperatingCurve.of(
                    new double[] {0.9, 0.5, 0.5, 0.1, 0.01},
                    new double[] {0.01, 0.01, 0.01, 0.02, 0.1, 0.5});

    @Test
    void D14_precisionIsOfAllDisksThatAreFiredOn() {
        assertThat(CURVE.precisionThreshold(1)).isEqualTo(0.9);
        // Three of four from 0.5 on, four of six from 0.1 on, five of eleven of all.
        assertThat(CURVE.precisionThreshold(0.75)).isEqualTo(0.5);
        assertThat(CURVE.precisionThreshold(0.66)).isEqualTo(0.1);
        assertThat(CURVE.precisionThreshold(0.45)).isEqualTo(0.01);
    }

    @Test
    void D14_coverageIsOfFailuresThatCanBeForeseen() {
        // Half of the healthy disks never rise above 0.02 (the upper median), so four failures can
        // be foreseen.
        assertThat(CURVE.coverageThreshold(0)).isEqualTo(0.1);
        assertThat(CURVE.coverageThreshold(0.24)).isEqualTo(0.1);
        assertThat(CURVE.coverageThreshold(0.25)).isEqualTo(0.5);
        assertThat(CURVE.coverageThreshold(0.75)).isEqualTo(0.9);
    }

    @Test
    void D14_nothingIsFiredOnWithoutHistory() {
        OperatingCurve none = OperatingCurve.of(new double[0], new double[0]);

        assertThat(none.precisionThreshold(0.01)).isEqualTo(OperatingCurve.NEVER);
        assertThat(none.coverageThreshold(0.99)).isEqualTo(OperatingCurve.NEVER);
    }
}
