package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION. */
class IdentifyingInformationTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void thereIsNoneAtFirst() {
        assertThat(report("00")).isEqualTo("00 00 00 00");
        assertThat(report("04")).isEqualTo("00 00 00 00");
    }

    @Test
    void whatWasSetIsReportedByType() {
        assertThat(set("00", "03", "AB CD EF").outcome()).isEqualTo("GOOD");
        assertThat(set("04", "02", "41 00").outcome()).isEqualTo("GOOD");

        assertThat(report("00")).isEqualTo("00 00 00 03 AB CD EF");
        assertThat(report("04")).isEqualTo("00 00 00 02 41 00");
    }

    @Test
    void anEmptyListRemovesIt() {
        set("00", "03", "AB CD EF");

        assertThat(set("00", "00", "").outcome()).isEqualTo("GOOD");

        assertThat(report("00")).isEqualTo("00 00 00 00");
    }

    @Test
    void theTypesThereAre() {
        assertThat(report("FE")).isEqualTo("00 00 00 08 00 00 00 40 04 00 01 00");
    }

    @Test
    void theOthersAreTold() {
        bench.send(SpcBench.B, "00 00 00 00 00 00");

        set("00", "01", "AB");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/3F/05");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void anotherTypeIsRefused() {
        assertThat(bench.receive("A3 05 00 00 00 00 00 00 00 FF 02 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CF 00 0A");
        assertThat(set("FE", "01", "AB").outcomeWithPointer()).isEqualTo("05/24/00 CF 00 0A");
    }

    @Test
    void tooMuchIsRefused() {
        assertThat(set("00", "41", "00 ".repeat(65)).outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 06");
    }

    @Test
    void textMustEndWithAZero() {
        assertThat(set("04", "02", "41 42").outcomeWithPointer()).isEqualTo("05/26/00 80 00 01");
        assertThat(report("04")).isEqualTo("00 00 00 00");
    }

    private String report(String type) {
        return bench.receive("A3 05 00 00 00 00 00 00 00 FF " + type + " 00").hex();
    }

    private SpcBench.Reply set(String type, String lengthBytes, String information) {
        return bench.send(
                "A4 06 00 00 00 00 00 00 00 " + lengthBytes + " " + type + " 00", information);
    }
}
