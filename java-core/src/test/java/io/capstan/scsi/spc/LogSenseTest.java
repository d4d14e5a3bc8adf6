package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSenseTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void givesTheParametersOfAPage() {
        assertThat(bench.receive("4D 00 4C 00 00 00 00 00 FF 00").hex())
                .isEqualTo(
                        "8C 00 00 13"
                                + " 00 00 00 04 00 00 00 05"
                                + " 00 01 00 02 01 02"
                                + " 80 00 03 01 07");
    }

    @Test
    void givesASubpage() {
        assertThat(bench.receive("4D 00 57 01 00 00 00 00 FF 00").hex())
                .isEqualTo("D7 01 00 09 00 40 01 05 53 45 52 20 20");
    }

    @Test
    void saveParametersIsRefused() {
        assertThat(bench.receive("4D 01 4C 00 00 00 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C8 00 01");
    }
}
