package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** REPORT TARGET PORT GROUPS. */
class ReportTargetPortGroupsTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void oneGroupThatIsActive() {
        assertThat(bench.receive("A3 0A 00 00 00 00 00 00 00 FF 00 00").hex())
                .isEqualTo("00 00 00 0C 00 01 00 01 00 00 00 01 00 00 00 01");
    }

    @Test
    void theExtendedHeader() {
        assertThat(bench.receive("A3 2A 00 00 00 00 00 00 00 FF 00 00").hex())
                .isEqualTo("00 00 00 10 10 00 00 00 00 01 00 01 00 00 00 01 00 00 00 01");
    }

    @Test
    void anotherFormatIsRefused() {
        assertThat(bench.receive("A3 4A 00 00 00 00 00 00 00 FF 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CF 00 01");
    }
}
