package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSenseReadClearTest {

    private final SpcBench bench = new SpcBench();

    private static final String WHOLE = "AE 00 00 0F 00 01 03 01 01 00 02 03 01 00 00 40 03 01 01";
    private static final String CLEARED =
            "AE 00 00 0F 00 01 03 01 00 00 02 03 01 00 00 40 03 01 00";

    @Test
    void readingTheWholePageClearsIt() {
        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 FF 00").hex()).isEqualTo(WHOLE);
        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 FF 00").hex()).isEqualTo(CLEARED);
    }

    @Test
    void anAllocationLengthThatIsJustEnoughClears() {
        bench.receive("4D 00 6E 00 00 00 00 00 13 00");

        assertThat(bench.tapeAlerts).isZero();
    }

    @Test
    void aShorterAllocationLengthDoesNotClear() {
        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 12 00").data()).hasSize(18);
        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 04 00").hex()).isEqualTo("AE 00 00 0F");
        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 00 00").data()).isEmpty();

        assertThat(bench.receive("4D 00 6E 00 00 00 00 00 FF 00").hex()).isEqualTo(WHOLE);
    }

    @Test
    void aShorterBufferOfTheTransportDoesNotClear() {
        bench.receive("4D 00 6E 00 00 00 00 00 FF 00", 18);

        assertThat(bench.tapeAlerts).isNotZero();
    }

    @Test
    void aParameterPointerThatLeavesSomethingOutDoesNotClear() {
        bench.receive("4D 00 6E 00 00 00 02 00 FF 00");
        assertThat(bench.tapeAlerts).isNotZero();

        bench.receive("4D 00 6E 00 00 00 01 00 FF 00");
        assertThat(bench.tapeAlerts).as("the first code leaves nothing out").isZero();
    }
}
