package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectUnchangeableBitsTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void areRefusedAtTheirPlace() {
        assertThat(
                        bench.send(
                                        "15 10 00 00 14 00",
                                        "00 00 10 00 0F 0E 80 80 00 00 00 01 00 00 00 01 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 8E 00 06");
        assertThat(
                        bench.send(
                                        "15 10 00 00 14 00",
                                        "00 00 10 00 0F 0E C0 80 00 00 00 01 00 00 00 00 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 88 00 0F");
        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 10 00 50 01 00 04 10 00 00 18")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 8B 00 0B");
    }

    @Test
    void theMostSignificantBitIsOneOfThem() {
        assertThat(
                        bench.send(
                                        "15 10 00 00 14 00",
                                        "00 00 10 00 0F 0E C0 00 00 00 00 01 00 00 00 01 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 8F 00 07");
    }

    @Test
    void oneBadPageKeepsTheGoodOnesFromChanging() {
        SpcBench.Reply reply =
                bench.send(
                        "15 11 00 00 1A 00",
                        "00 00 00 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00 1D 04 00 01 00 03");

        assertThat(reply.outcomeWithPointer()).isEqualTo("05/26/00 88 00 19");
        assertThat(bench.compressionChanges).isEmpty();
        assertThat(bench.modePages.current(SpcBench.COMPRESSION)[0]).isEqualTo((byte) 0xC0);
        assertThat(bench.header.bufferedMode).isEqualTo(0x10);
        assertThat(bench.saved.pages).isEmpty();
    }
}
