package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;

class TaskManagementTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void aLogicalUnitResetForgetsPreventionAndUnsavedModePages() {
        bench.send("1E 00 00 00 01 00");
        bench.send(SpcBench.B, "1E 00 00 00 01 00");
        bench.modePages.setCurrent(SpcBench.DEVICE_CONFIGURATION, new byte[] {0, 0, 1, 1, 0, 0});

        bench.logicalUnit.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, SpcBench.A);

        assertThat(bench.mediumRemoval.isPrevented()).isFalse();
        assertThat(bench.modePages.current(SpcBench.DEVICE_CONFIGURATION))
                .containsExactly(0, 0, 0x50, 0x50, 0, 0);
        assertThat(bench.send(SpcBench.A, "00 00 00 00 00 00").outcome()).isEqualTo("06/29/03");
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("06/29/03");
        assertThat(bench.send(SpcBench.A, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.device.managed).containsExactly(TaskManagementFunction.LOGICAL_UNIT_RESET);
    }

    @Test
    void aResetDoesNotSwallowADeferredError() {
        bench.deferredErrors.post(
                SpcBench.A, SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR));

        bench.logicalUnit.manage(TaskManagementFunction.TARGET_RESET, SpcBench.A);

        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("06/29/03");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("03/0C/00");
    }

    @Test
    void aNexusResetConcernsThatNexus() {
        bench.send("1E 00 00 00 01 00");
        bench.send(SpcBench.B, "1E 00 00 00 01 00");

        bench.logicalUnit.manage(TaskManagementFunction.I_T_NEXUS_RESET, SpcBench.A);

        assertThat(bench.mediumRemoval.isPreventedBy(SpcBench.A)).isFalse();
        assertThat(bench.mediumRemoval.isPreventedBy(SpcBench.B)).isTrue();
        assertThat(bench.send(SpcBench.A, "00 00 00 00 00 00").outcome()).isEqualTo("06/29/07");
        assertThat(bench.send(SpcBench.B, "00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void anAbortIsForTheDeviceServer() {
        bench.logicalUnit.manage(TaskManagementFunction.ABORT_TASK, SpcBench.A);

        assertThat(bench.device.managed).containsExactly(TaskManagementFunction.ABORT_TASK);
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }
}
