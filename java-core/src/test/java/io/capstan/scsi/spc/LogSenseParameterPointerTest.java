package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSenseParameterPointerTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void leavesOutLowerCodes() {
        assertThat(bench.receive("4D 00 4C 00 00 00 01 00 FF 00").hex())
                .isEqualTo("8C 00 00 0B 00 01 00 02 01 02 80 00 03 01 07");
        assertThat(bench.receive("4D 00 4C 00 00 00 02 00 FF 00").hex())
                .isEqualTo("8C 00 00 05 80 00 03 01 07");
    }

    @Test
    void behindTheLastCodeIsRefused() {
        assertThat(bench.receive("4D 00 4C 00 00 80 01 00 FF 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 05");
    }
}
