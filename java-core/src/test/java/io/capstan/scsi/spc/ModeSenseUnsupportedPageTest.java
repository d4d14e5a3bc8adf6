package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSenseUnsupportedPageTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pointsAtThePageCode() {
        assertThat(bench.receive("1A 00 11 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
        assertThat(bench.receive("5A 00 11 FF 00 00 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
        assertThat(bench.receive("1A 00 00 01 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CD 00 02");
    }

    @Test
    void pointsAtTheSubpageCodeOfAPageThatIsThere() {
        assertThat(bench.receive("1A 00 10 02 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
        assertThat(bench.receive("1A 00 3F 01 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
    }
}
