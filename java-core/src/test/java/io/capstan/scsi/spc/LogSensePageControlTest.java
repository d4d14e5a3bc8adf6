package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSensePageControlTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void thresholdsOfCountersAreTheGreatestValues() {
        String thresholds = "8C 00 00 13 00 00 00 04 FF FF FF FF 00 01 00 02 FF FF 80 00 03 01 07";

        assertThat(bench.receive("4D 00 0C 00 00 00 00 00 FF 00").hex()).isEqualTo(thresholds);
        assertThat(bench.receive("4D 00 8C 00 00 00 00 00 FF 00").hex()).isEqualTo(thresholds);
    }

    @Test
    void cumulativeDefaultsOfCountersAreZero() {
        assertThat(bench.receive("4D 00 CC 00 00 00 00 00 FF 00").hex())
                .isEqualTo("8C 00 00 13 00 00 00 04 00 00 00 00 00 01 00 02 00 00 80 00 03 01 07");
    }
}
