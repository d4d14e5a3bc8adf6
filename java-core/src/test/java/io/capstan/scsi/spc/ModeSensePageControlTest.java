package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSensePageControlTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void changeableIsTheMask() {
        assertThat(bench.receive("1A 00 4F 00 FF 00").hex())
                .isEqualTo(
                        "1B 88 10 08 00 00 00 00 00 FF FF FF"
                                + " 8F 0E 80 00 00 00 00 00 00 00 00 00 00 00 00 00");
        assertThat(bench.receive("1A 08 5D 00 FF 00").hex()).endsWith("1D 04 00 00 00 00");
    }

    @Test
    void defaultCurrentAndSavedGoTheirOwnWays() {
        bench.saved.pages.put(SpcBench.DEVICE_CONFIGURATION, new byte[] {0, 0, 2, 2, 0, 0});
        bench.restart();
        bench.modePages.setCurrent(SpcBench.DEVICE_CONFIGURATION, new byte[] {0, 0, 1, 1, 0, 0});

        assertThat(bench.receive("1A 08 10 00 FF 00").hex()).endsWith("90 06 00 00 01 01 00 00");
        assertThat(bench.receive("1A 08 90 00 FF 00").hex()).endsWith("90 06 00 00 50 50 00 00");
        assertThat(bench.receive("1A 08 D0 00 FF 00").hex()).endsWith("90 06 00 00 02 02 00 00");
    }

    @Test
    void savedIsTheDefaultWhereNothingWasSaved() {
        assertThat(bench.receive("1A 08 D0 FF FF 00").hex())
                .endsWith("90 06 00 00 50 50 00 00 50 01 00 04 00 00 00 10");
    }

    @Test
    void savedIsRefusedWhereNothingCanBeSaved() {
        SpcBench unsaved = SpcBench.withoutSavedParameters();

        assertThat(unsaved.receive("1A 08 D0 00 FF 00").outcome()).isEqualTo("05/39/00");
        assertThat(unsaved.receive("1A 08 10 00 FF 00").hex()).endsWith("10 06 00 00 50 50 00 00");
    }

    @Test
    void aSavedPageOfAnotherLengthIsNotBelieved() {
        bench.saved.pages.put(SpcBench.DEVICE_CONFIGURATION, new byte[] {1, 2, 3});
        bench.restart();

        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION)).hasSize(6);
    }
}
