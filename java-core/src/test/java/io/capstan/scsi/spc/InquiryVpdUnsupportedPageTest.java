package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InquiryVpdUnsupportedPageTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @ValueSource(strings = {"81", "C0", "FF", "01"})
    void pointsAtThePageCode(String page) {
        assertThat(bench.receive("12 01 " + page + " 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 02");
    }
}
