package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveDiagnosticResultsTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void supportedPages() {
        assertThat(bench.receive("1C 01 00 00 FF 00").hex()).isEqualTo("00 00 00 04 00 80 81 82");
    }

    @Test
    void aPageByItsCode() {
        assertThat(bench.receive("1C 01 81 00 FF 00").hex()).isEqualTo("81 00 00 03 09 08 07");
        assertThat(bench.receive("1C 01 81 00 05 00").hex()).isEqualTo("81 00 00 03 09");
    }

    @Test
    void withoutAPageCodeItIsThePageSentLast() {
        assertThat(bench.receive("1C 00 00 00 FF 00").hex()).startsWith("00 00 00 04");
        bench.send("1D 10 00 00 04 00", "82 00 00 00");

        assertThat(bench.receive("1C 00 00 00 FF 00").hex()).isEqualTo("82 00 00 01 06");
    }

    @Test
    void anUnknownPageIsRefused() {
        assertThat(bench.receive("1C 01 90 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 02");
        assertThat(bench.receive("1C 01 80 00 FF 00").outcomeWithPointer())
                .as("can be sent only")
                .isEqualTo("05/24/00 C0 00 02");
        assertThat(bench.receive("1C 00 81 00 FF 00").outcomeWithPointer())
                .as("a page code without PCV")
                .isEqualTo("05/24/00 C0 00 02");
    }
}
