package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import org.junit.jupiter.api.Test;

class RequestSenseUnitAttentionTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void reportsAPendingConditionAndClearsIt() {
        bench.unitAttentions.raise(AdditionalSense.MODE_PARAMETERS_CHANGED);

        assertThat(bench.receive("03 00 00 00 FF 00").hex())
                .isEqualTo("70 00 06 00 00 00 00 0A 00 00 00 00 2A 01 00 00 00 00");
        assertThat(bench.receive("03 00 00 00 FF 00").hex()).startsWith("70 00 00");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void reportsToOneNexusOnly() {
        bench.unitAttentions.raise(AdditionalSense.MODE_PARAMETERS_CHANGED);
        bench.receive("03 00 00 00 FF 00");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/2A/01");
    }
}
