package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportSupportedOperationCodesAllTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void listsEveryCommandByOperationCodeAndServiceAction() {
        SpcBench.Reply reply = bench.receive("A3 0C 00 00 00 00 00 00 10 00 00 00");

        assertThat(reply.hex())
                .isEqualTo(
                        "00 00 00 D0"
                                + " 00 00 00 00 00 00 00 06"
                                + " 01 00 00 00 00 00 00 06"
                                + " 03 00 00 00 00 00 00 06"
                                + " 08 00 00 00 00 00 00 06"
                                + " 12 00 00 00 00 00 00 06"
                                + " 15 00 00 00 00 00 00 06"
                                + " 1A 00 00 00 00 00 00 06"
                                + " 1C 00 00 00 00 00 00 06"
                                + " 1D 00 00 00 00 00 00 06"
                                + " 1E 00 00 00 00 00 00 06"
                                + " 3B 00 00 00 00 00 00 0A"
                                + " 3C 00 00 00 00 00 00 0A"
                                + " 4C 00 00 00 00 00 00 0A"
                                + " 4D 00 00 00 00 00 00 0A"
                                + " 55 00 00 00 00 00 00 0A"
                                + " 5A 00 00 00 00 00 00 0A"
                                + " 8C 00 00 00 00 01 00 10"
                                + " 8C 00 00 01 00 01 00 10"
                                + " 8D 00 00 00 00 00 00 10"
                                + " A3 00 00 05 00 01 00 0C"
                                + " A3 00 00 0A 00 01 00 0C"
                                + " A3 00 00 0C 00 01 00 0C"
                                + " A3 00 00 0D 00 01 00 0C"
                                + " A3 00 00 0F 00 01 00 0C"
                                + " A4 00 00 06 00 01 00 0C"
                                + " A4 00 00 0F 00 01 00 0C");
    }

    @Test
    void withTimeoutsADescriptorHasTwentyBytes() {
        SpcBench.Reply reply = bench.receive("A3 0C 80 00 00 00 00 00 10 00 00 00");

        assertThat(reply.data()).hasSize(4 + 26 * 20);
        assertThat(reply.hex())
                .startsWith(
                        "00 00 02 08 00 00 00 00 00 02 00 06 00 0A 00 00 00 00 00 01 00 00 00 3C")
                .contains("01 00 00 00 00 02 00 06 00 0A 00 00 00 00 00 3C 00 00 02 58")
                .contains("8C 00 00 01 00 03 00 10 00 0A 00 00 00 00 00 01 00 00 00 02");
    }

    @Test
    void isCutOffAndItsLengthIsNot() {
        assertThat(bench.receive("A3 0C 00 00 00 00 00 00 00 04 00 00").hex())
                .isEqualTo("00 00 00 D0");
        assertThat(bench.receive("A3 0C 00 00 00 00 FF FF FF FF 00 00").data()).hasSize(212);
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "07", "84"})
    void reservedReportingOptionsAreRefused(String options) {
        assertThat(
                        bench.receive("A3 0C " + options + " 00 00 00 00 00 10 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 CA 00 02");
    }
}
