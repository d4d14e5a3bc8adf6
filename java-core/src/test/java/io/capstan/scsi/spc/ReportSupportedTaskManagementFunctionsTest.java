package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.TaskManagementFunction;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ReportSupportedTaskManagementFunctionsTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void hasOneBitForEach() {
        assertThat(bench.receive("A3 0D 00 00 00 00 00 00 00 FF 00 00").hex())
                .isEqualTo("D8 01 00 00");
    }

    @Test
    void extendedHasSixteenBytes() {
        assertThat(bench.receive("A3 0D 80 00 00 00 00 00 00 FF 00 00").hex())
                .isEqualTo("D8 01 00 0C" + " 00".repeat(12));
    }

    @Test
    void theTransportSaysWhatItCan() {
        assertThat(
                        SupportedTaskManagementFunctions.report(
                                EnumSet.allOf(TaskManagementFunction.class), false))
                .containsExactly(0xFA, 0x01, 0, 0);
        assertThat(
                        SupportedTaskManagementFunctions.report(
                                EnumSet.noneOf(TaskManagementFunction.class), false))
                .containsExactly(0, 0, 0, 0);
    }
}
