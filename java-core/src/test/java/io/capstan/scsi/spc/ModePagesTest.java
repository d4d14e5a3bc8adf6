package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModePagesTest {

    private final SpcBench bench = new SpcBench();

    private static final ModePageCode PARTITIONS = ModePageCode.of(0x11);

    @Test
    void aLivePageIsAskedEachTime() {
        bench.elements = new byte[] {9, 9, 9, 9};

        assertThat(bench.receive("1A 08 1D 00 FF 00").hex()).endsWith("1D 04 09 09 09 09");
        assertThat(bench.receive("1A 08 9D 00 FF 00").hex())
                .as("the default of a page that only tells what is so")
                .endsWith("1D 04 09 09 09 09");
    }

    @Test
    void aPageMayGrowWithTheMedium() {
        ModePages pages =
                ModePages.builder()
                        .add(ModePage.changeable(PARTITIONS, "01 00", "00 FF FF"))
                        .build();
        pages.setCurrent(PARTITIONS, new byte[] {1, 2, 3});

        assertThat(pages.current(PARTITIONS)).containsExactly(1, 2, 3);
        SpcCommand.ModeSense changeable =
                new SpcCommand.ModeSense(false, true, PageControl.CHANGEABLE, 0x11, 0, 255);
        assertThat(pages.sense(changeable, SpcBench.A)).endsWith(0x11, 3, 0, -1, -1);
    }

    @Test
    void aResetTellsWhoListens() {
        bench.send(
                "15 10 00 00 14 00", "00 00 10 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00");

        bench.modePages.reset();
        bench.modePages.reset();

        assertThat(bench.compressionChanges).hasSize(2);
        assertThat(bench.compressionChanges.getLast()).startsWith(0xC0);
    }

    @Test
    void valuesAreCopies() {
        bench.modePages.current(SpcBench.COMPRESSION)[0] = 0;

        assertThat(bench.modePages.current(SpcBench.COMPRESSION)[0]).isEqualTo((byte) 0xC0);
    }

    @Test
    void anUnknownPageIsABug() {
        assertThatThrownBy(() -> bench.modePages.current(PARTITIONS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ModePages.builder().onChange(PARTITIONS, page -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPageIsDefinedOnce() {
        ModePages.Builder pages = ModePages.builder().add(ModePage.fixed(PARTITIONS, "00"));

        assertThatThrownBy(() -> pages.add(ModePage.fixed(PARTITIONS, "01")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void codesAreInRange() {
        assertThatThrownBy(() -> ModePageCode.of(0x3F))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ModePageCode.of(0x10, 0xFF))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ModePageCode.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ModePageCode.of(0x0A, 0xF0)).hasToString("0Ah/F0h");
        assertThatThrownBy(() -> ModePage.fixed(PARTITIONS, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ModePage.fixed(PARTITIONS, new byte[256]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ModePage.fixed(ModePageCode.of(0x11, 1), new byte[256]).defaults()).hasSize(256);
    }
}
