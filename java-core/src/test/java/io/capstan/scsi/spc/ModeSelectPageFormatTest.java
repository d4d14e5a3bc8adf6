package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectPageFormatTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pagesWithoutItAreRefused() {
        assertThat(
                        bench.send("15 00 00 00 0C 00", "00 00 10 00 10 06 00 00 50 51 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
    }
}
