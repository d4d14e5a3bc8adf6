package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectSavePagesTest {

    private final SpcBench bench = new SpcBench();

    private static final String PAGE_10 = "00 00 10 00 10 06 00 00 11 12 00 00";

    @Test
    void savesAndSurvivesARestart() {
        assertThat(bench.send("15 11 00 00 0C 00", PAGE_10).outcome()).isEqualTo("GOOD");
        bench.restart();

        assertThat(bench.receive("1A 08 10 00 FF 00").hex()).endsWith("90 06 00 00 11 12 00 00");
        assertThat(bench.receive("1A 08 D0 00 FF 00").hex()).endsWith("90 06 00 00 11 12 00 00");
    }

    @Test
    void withoutItNothingSurvives() {
        bench.send("15 10 00 00 0C 00", PAGE_10);
        bench.restart();

        assertThat(bench.receive("1A 08 10 00 FF 00").hex()).endsWith("90 06 00 00 50 50 00 00");
    }

    @Test
    void savesEverySaveablePageAndNoOther() {
        bench.send("15 11 00 00 0C 00", PAGE_10);

        assertThat(bench.saved.pages)
                .containsOnlyKeys(SpcBench.COMPRESSION, SpcBench.DEVICE_CONFIGURATION);
    }

    @Test
    void withoutAListSavesWhatIsCurrent() {
        bench.send("15 10 00 00 0C 00", PAGE_10);
        assertThat(bench.send("15 11 00 00 00 00").outcome()).isEqualTo("GOOD");
        bench.restart();

        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x11, 0x12, 0, 0);
    }

    @Test
    void aStoreThatFailsFailsTheCommandAndNothingChanges() {
        bench.saved.failing = true;

        assertThat(bench.send("15 11 00 00 0C 00", PAGE_10).outcome()).isEqualTo("04/44/00");
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x50, 0x50, 0, 0);
    }

    @Test
    void isRefusedWhereNothingCanBeSaved() {
        SpcBench unsaved = SpcBench.withoutSavedParameters();

        assertThat(unsaved.send("15 11 00 00 0C 00", PAGE_10).outcomeWithPointer())
                .isEqualTo("05/24/00 C8 00 01");
        assertThat(unsaved.send("15 11 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C8 00 01");
    }
}
