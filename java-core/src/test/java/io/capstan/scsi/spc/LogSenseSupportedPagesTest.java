package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSenseSupportedPagesTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void pageZeroListsPages() {
        assertThat(bench.receive("4D 00 40 00 00 00 00 00 FF 00").hex())
                .isEqualTo("80 00 00 04 00 0C 17 2E");
    }

    @Test
    void pageZeroSubpageFfListsSubpagesToo() {
        assertThat(bench.receive("4D 00 40 FF 00 00 00 00 FF 00").hex())
                .isEqualTo("C0 FF 00 0C 00 00 00 FF 0C 00 17 00 17 01 2E 00");
    }

    @Test
    void aPageWithSubpageFfListsItsSubpages() {
        assertThat(bench.receive("4D 00 57 FF 00 00 00 00 FF 00").hex())
                .isEqualTo("D7 FF 00 04 17 00 17 01");
    }

    @Test
    void theListIsCutOffAndItsLengthIsNot() {
        assertThat(bench.receive("4D 00 40 00 00 00 00 00 05 00").hex())
                .isEqualTo("80 00 00 04 00");
    }

    @Test
    void aPageWithOnlyASubpageIsListedOnce() {
        LogPages pages =
                LogPages.builder()
                        .add(LogPage.of(0x17, 1, List::of))
                        .add(LogPage.of(0x17, 2, List::of))
                        .build();
        DataIn dataIn = DataIn.of(new byte[16]);

        pages.sense(
                new SpcCommand.LogSense(false, LogPageControl.CUMULATIVE, 0, 0, 0, 255),
                new Task(SpcBench.A, Cdb.parse("4D00"), DataOut.NONE, dataIn));

        assertThat(dataIn.transferredBytes()).isEqualTo(6);
    }
}
