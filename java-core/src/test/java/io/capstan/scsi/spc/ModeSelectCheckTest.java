package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectCheckTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void aValueThatTheDeviceRefusesIsPointedAt() {
        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 10 00 10 06 00 00 50 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 09");
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x50, 0x50, 0, 0);
    }
}
