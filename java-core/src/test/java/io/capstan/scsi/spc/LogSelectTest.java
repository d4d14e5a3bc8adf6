package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSelectTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void parameterCodeResetResetsEveryPage() {
        assertThat(bench.send("4C 02 C0 00 00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.blocksWritten).isZero();
    }

    @Test
    void parameterCodeResetOfOnePageResetsThatOne() {
        bench.send("4C 02 D7 01 00 00 00 00 00 00");
        assertThat(bench.blocksWritten).isEqualTo(5);

        bench.send("4C 02 CC 00 00 00 00 00 00 00");
        assertThat(bench.blocksWritten).isZero();
    }

    @Test
    void subpageFfStandsForAllSubpages() {
        bench.send("4C 02 D7 FF 00 00 00 00 00 00");
        assertThat(bench.blocksWritten).isEqualTo(5);

        bench.send("4C 02 CC FF 00 00 00 00 00 00");
        assertThat(bench.blocksWritten).isZero();
    }

    @Test
    void pageZeroSubpageFfStandsForEverything() {
        bench.send("4C 02 C0 FF 00 00 00 00 00 00");

        assertThat(bench.blocksWritten).isZero();
    }

    @Test
    void defaultCumulativeValuesAreAReset() {
        bench.send("4C 00 CC 00 00 00 00 00 00 00");

        assertThat(bench.blocksWritten).isZero();
    }

    @Test
    void withoutAnythingToSetIsNoError() {
        assertThat(bench.send("4C 00 40 00 00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.blocksWritten).isEqualTo(5);
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void theOtherNexusesAreToldOfAReset() {
        bench.send("4C 02 C0 00 00 00 00 00 00 00");

        assertThat(bench.send(SpcBench.A, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/2A/02");
    }

    @Test
    void whatIsNotSupportedIsPointedAt() {
        assertThat(bench.send("4C 03 C0 00 00 00 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C8 00 01");
        assertThat(bench.send("4C 00 40 00 00 00 00 00 04 00", "0C 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 07");
        assertThat(bench.send("4C 02 D2 00 00 00 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
        assertThat(bench.send("4C 02 D7 07 00 00 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
        assertThat(bench.blocksWritten).isEqualTo(5);
    }
}
