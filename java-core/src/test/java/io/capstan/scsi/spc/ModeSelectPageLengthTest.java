package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectPageLengthTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void mustBeThePages() {
        assertThat(
                        bench.send("15 10 00 00 0A 00", "00 00 10 00 10 04 00 00 50 50")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 05");
        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 10 00 50 01 00 05 00 00 00 10")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 06");
    }
}
