package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** REPORT TIMESTAMP and SET TIMESTAMP. */
class TimestampTest {

    private static final String REPORT = "A3 0F 00 00 00 00 00 00 00 0C 00 00";

    private final SpcBench bench = new SpcBench();

    @Test
    void theClockIsTheNodesUntilAHostSetsIt() {
        assertThat(bench.receive(REPORT).data()[2]).isEqualTo((byte) 3);

        assertThat(
                        bench.send(
                                        "A4 0F 00 00 00 00 00 00 00 0C 00 00",
                                        "00 00 00 00 7F 02 03 04 05 06 00 00")
                                .outcome())
                .isEqualTo("GOOD");

        assertThat(bench.receive(REPORT).hex()).startsWith("00 0A 02 00 7F 02 03");
    }

    @Test
    void theOthersAreTold() {
        bench.send(SpcBench.B, "00 00 00 00 00 00");

        bench.send("A4 0F 00 00 00 00 00 00 00 0C 00 00", "00 00 00 00 01 02 03 04 05 06 00 00");

        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/2A/10");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void aShortListIsRefusedAndSetsNothing() {
        assertThat(
                        bench.send(
                                        "A4 0F 00 00 00 00 00 00 00 0B 00 00",
                                        "00 00 00 00 01 02 03 04 05 06 00")
                                .outcome())
                .isEqualTo("05/1A/00");
        assertThat(bench.receive(REPORT).data()[2]).isEqualTo((byte) 3);
    }
}
