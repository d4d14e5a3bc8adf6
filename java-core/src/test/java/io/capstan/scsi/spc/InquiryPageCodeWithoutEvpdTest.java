package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InquiryPageCodeWithoutEvpdTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void isRefused() {
        assertThat(bench.receive("12 00 80 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 02");
    }

    @Test
    void obsoleteCmddtIsRefused() {
        assertThat(bench.receive("12 02 00 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C9 00 01");
    }
}
