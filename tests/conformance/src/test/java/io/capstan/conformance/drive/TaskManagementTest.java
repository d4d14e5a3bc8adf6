package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Task management functions: what a reset forgets and what it keeps. */
@Conformance(
        subject = "task management functions",
        standard = "SAM-5, Task management functions",
        clients = "sg3_utils")
class TaskManagementTest extends DriveConformance {

    private void reset() {
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
    }

    @Test
    void resetIsToldToEveryInitiator() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();

        reset();

        assertSense(testUnitReady(), "70 00 06 00 00 00 00 0A 00 00 00 00 29 03 00 00 00 00");
        assertOutcome(other.send("00 00 00 00 00 00"), "06/29/03");
        assertGood(testUnitReady());
    }

    @Test
    void resetKeepsThePositionAndWhatWasWritten() {
        write(1, 512);
        write(2, 512);

        reset();
        host.clearUnitAttentions();

        assertThat(objectNumber()).isEqualTo(2);
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void resetReturnsModeParametersToTheirDefaults() {
        setBlockLength(512);
        host.send("15 10 00 00 04 00", "00 00 00 00");
        String off = "0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00";
        host.send("15 10 00 00 14 00", "00 00 10 00" + off);
        host.send(
                "15 10 00 00 14 00", "00 00 10 00 11 0E 03 01 3C 03 06 00 FF FF 00 64 00 00 00 00");

        reset();
        host.clearUnitAttentions();

        assertData(host.receive("1A 00 00 00 0C 00", 12), "0B 88 10 08 5E 00 00 00 00 00 00 00");
        assertThat(drive.status().join().compression()).isTrue();
        assertThat(host.receive("1A 08 11 00 FF 00", 255).u8(7)).isZero();
    }

    @Test
    void nexusResetIsToldToThatNexusAlone() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        setBlockLength(512);
        other.clearUnitAttentions();

        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);

        assertOutcome(testUnitReady(), "06/29/07");
        assertGood(other.send("00 00 00 00 00 00"));
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u24(9)).isEqualTo(512);
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskManagementFunction.class,
            names = {"ABORT_TASK", "ABORT_TASK_SET", "CLEAR_ACA", "CLEAR_TASK_SET"})
    void abortsOfTasksThatAreDoneChangeNothing(TaskManagementFunction function) {
        write(1, 512);

        host.manage(function);

        assertGood(testUnitReady());
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(tape.hasUnsynchronizedObjects()).isTrue();
    }
}
