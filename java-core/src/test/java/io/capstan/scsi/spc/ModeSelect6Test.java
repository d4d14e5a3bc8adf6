package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelect6Test {

    private final SpcBench bench = new SpcBench();

    @Test
    void changesAPage() {
        SpcBench.Reply reply =
                bench.send(
                        "15 10 00 00 14 00",
                        "00 00 10 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00");

        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(bench.receive("1A 08 0F 00 FF 00").hex())
                .endsWith("8F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00");
        assertThat(bench.compressionChanges).hasSize(1);
        assertThat(bench.compressionChanges.getFirst()).startsWith(0x40, 0x80);
        assertThat(bench.saved.pages).isEmpty();
    }

    @Test
    void takesBackWhatModeSenseGave() {
        String sensed = bench.receive("1A 00 3F FF FF 00").hex();

        assertThat(bench.send("15 10 00 00 32 00", "00" + sensed.substring(2)).outcome())
                .isEqualTo("GOOD");
        assertThat(bench.compressionChanges).isEmpty();
    }

    @Test
    void severalPagesAtOnce() {
        assertThat(
                        bench.send(
                                        "15 10 00 00 14 00",
                                        "00 00 10 00 10 06 00 00 11 12 00 00 50 01 00 04 20 00 00 10")
                                .outcome())
                .isEqualTo("GOOD");
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x11, 0x12, 0, 0);
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION_EXTENSION))
                .containsExactly(0x20, 0, 0, 0x10);
    }
}
