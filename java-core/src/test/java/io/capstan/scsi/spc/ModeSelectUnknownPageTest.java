package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectUnknownPageTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pointsAtThePageCodeInTheList() {
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 00 11 02 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 8D 00 04");
        assertThat(
                        bench.send(
                                        "15 10 00 00 14 00",
                                        "00 00 10 08 5E 00 00 00 00 00 00 00 10 06 00 00 50 50 00 00")
                                .outcome())
                .isEqualTo("GOOD");
        assertThat(
                        bench.send(
                                        "15 10 00 00 10 00",
                                        "00 00 10 00 10 06 00 00 50 50 00 00 11 02 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 8D 00 0C");
    }

    @Test
    void pointsAtTheSubpageCodeOfAPageThatIsThere() {
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 00 50 02 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 05");
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 00 50 FF 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 05");
    }

    @Test
    void allPagesIsNoPage() {
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 00 3F 02 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 8D 00 04");
    }
}
