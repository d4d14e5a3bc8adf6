package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelect10Test {

    private final SpcBench bench = new SpcBench();

    @Test
    void changesAPage() {
        SpcBench.Reply reply =
                bench.send(
                        "55 10 00 00 00 00 00 00 10 00",
                        "00 00 88 10 00 00 00 00 10 06 00 00 11 12 00 00");

        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x11, 0x12, 0, 0);
    }

    @Test
    void setsTheBlockDescriptor() {
        assertThat(
                        bench.send(
                                        "55 10 00 00 00 00 00 00 10 00",
                                        "00 00 88 10 00 00 00 08 5E 00 00 00 00 01 00 00")
                                .outcome())
                .isEqualTo("GOOD");
        assertThat(bench.header.blockDescriptor).endsWith(0, 1, 0, 0);
    }

    @Test
    void longLbaIsRefused() {
        assertThat(
                        bench.send("55 10 00 00 00 00 00 00 08 00", "00 00 00 10 01 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 88 00 04");
    }

    @Test
    void pointersCountFromTheLongerHeader() {
        assertThat(
                        bench.send(
                                        "55 10 00 00 00 00 00 00 10 00",
                                        "00 00 00 10 00 00 00 08 40 00 00 00 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 08");
        assertThat(
                        bench.send("55 10 00 00 00 00 00 00 08 00", "00 00 00 70 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 03");
        assertThat(
                        bench.send("55 10 00 00 00 00 00 00 08 00", "00 00 00 10 00 00 00 10")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 06");
    }

    @Test
    void lessThanAHeaderIsAnError() {
        assertThat(bench.send("55 10 00 00 00 00 00 00 07 00", "00 00 00 10 00 00 00").outcome())
                .isEqualTo("05/1A/00");
    }
}
