package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectUnitAttentionTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void theOtherNexusesAreTold() {
        bench.send(SpcBench.B, "00 00 00 00 00 00");
        bench.send("15 10 00 00 0C 00", "00 00 10 00 10 06 00 00 11 12 00 00");

        assertThat(bench.send(SpcBench.A, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/2A/01");
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void aBlockLengthIsAModeParameterToo() {
        bench.send("15 10 00 00 0C 00", "00 00 10 08 5E 00 00 00 00 00 02 00");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/2A/01");
    }

    @Test
    void nobodyIsToldWhenNothingChanged() {
        bench.send("15 10 00 00 0C 00", "00 00 10 00 10 06 00 00 50 50 00 00");
        bench.send("15 10 00 00 00 00");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void nobodyIsToldWhenItFailed() {
        bench.send("15 10 00 00 0C 00", "00 00 10 00 10 06 00 00 11 00 00 00");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }
}
