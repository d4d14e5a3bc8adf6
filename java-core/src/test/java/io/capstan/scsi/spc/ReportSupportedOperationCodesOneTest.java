package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportSupportedOperationCodesOneTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void givesTheUsageBitmap() {
        assertThat(bench.receive("A3 0C 01 12 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 03 00 06 12 01 FF FF FF 00");
    }

    @Test
    void givesTimeoutsWhenAsked() {
        assertThat(bench.receive("A3 0C 81 01 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 83 00 06 01 01 00 00 00 00 00 0A 00 00 00 00 00 3C 00 00 02 58");
    }

    @Test
    void saysWhatIsNotSupported() {
        assertThat(bench.receive("A3 0C 01 02 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
        assertThat(bench.receive("A3 0C 81 02 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
    }

    @Test
    void anOperationCodeWithServiceActionsIsRefused() {
        assertThat(bench.receive("A3 0C 01 A3 00 00 00 00 10 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CA 00 02");
    }
}
