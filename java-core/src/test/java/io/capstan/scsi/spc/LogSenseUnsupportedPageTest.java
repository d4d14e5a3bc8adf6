package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSenseUnsupportedPageTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pointsAtThePageCode() {
        assertThat(bench.receive("4D 00 52 00 00 00 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
        assertThat(bench.receive("4D 00 52 FF 00 00 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
    }

    @Test
    void pointsAtTheSubpageCodeOfAPageThatIsThere() {
        assertThat(bench.receive("4D 00 57 02 00 00 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
    }
}
