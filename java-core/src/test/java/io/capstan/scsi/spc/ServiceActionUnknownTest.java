package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceActionUnknownTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pointsAtTheServiceActionField() {
        assertThat(
                        bench.receive("8C 05 00 00 00 00 00 00 00 00 00 00 00 10 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
        assertThat(bench.receive("A3 1F 00 00 00 00 00 00 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
    }

    @Test
    void bitsAboveTheServiceActionDoNotCount() {
        assertThat(bench.receive("8C 01 00 00 00 00 00 00 00 00 00 00 00 04 00 00").hex())
                .isEqualTo("01 02 03 04");
        assertThat(bench.receive("8C E1 00 00 00 00 00 00 00 00 00 00 00 04 00 00").hex())
                .isEqualTo("01 02 03 04");
    }

    @Test
    void aBitAboveTheServiceActionThatIsNotUsedIsRefused() {
        assertThat(
                        bench.receive("8C 40 00 00 00 00 00 00 00 00 00 00 00 04 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 CE 00 01");
    }
}
