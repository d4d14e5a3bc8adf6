package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportSupportedOperationCodesServiceActionTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void givesTheUsageBitmap() {
        assertThat(bench.receive("A3 0C 02 A3 00 0C 00 00 10 00 00 00").hex())
                .isEqualTo("00 03 00 0C A3 0C 87 FF FF FF FF FF FF FF 00 00");
        assertThat(bench.receive("A3 0C 02 8C 00 01 00 00 10 00 00 00").hex())
                .isEqualTo("00 03 00 10 8C E1 00 00 00 00 00 00 00 00 FF FF FF FF 00 00");
    }

    @Test
    void saysWhatIsNotSupported() {
        assertThat(bench.receive("A3 0C 02 A3 00 1F 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
        assertThat(bench.receive("A3 0C 02 A3 01 0C 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
        assertThat(bench.receive("A3 0C 02 A4 00 01 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
    }

    @Test
    void anOperationCodeWithoutServiceActionsIsRefused() {
        assertThat(bench.receive("A3 0C 02 12 00 00 00 00 10 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CA 00 02");
    }
}
