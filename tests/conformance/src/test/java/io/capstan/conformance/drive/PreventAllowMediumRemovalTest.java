package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.EjectOutcome;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;

/** PREVENT ALLOW MEDIUM REMOVAL: what it keeps hosts and the changer from doing. */
@Conformance(
        subject = "PREVENT ALLOW MEDIUM REMOVAL",
        standard = "SPC-4, PREVENT ALLOW MEDIUM REMOVAL command",
        clients = "mt")
class PreventAllowMediumRemovalTest extends DriveConformance {

    private static final String PREVENT = "1E 00 00 00 01 00";
    private static final String ALLOW = "1E 00 00 00 00 00";

    private boolean isPrevented() {
        return drive.eject().join() instanceof EjectOutcome.Prevented;
    }

    @Test
    void keepsTheCartridgeFromTheChanger() {
        assertGood(host.send(PREVENT));

        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Prevented());
        assertThat(drive.status().join().removalPrevented()).isTrue();
        assertGood(testUnitReady());

        assertGood(host.send(ALLOW));
        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Ejected(tape));
    }

    @Test
    void everyInitiatorPreventsForItself() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        host.send(PREVENT);
        other.send(PREVENT);

        host.send(ALLOW);
        assertThat(isPrevented()).isTrue();

        other.send(ALLOW);
        assertThat(isPrevented()).isFalse();
    }

    @Test
    void endsWithTheNexus() {
        host.send(PREVENT);

        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);

        assertThat(isPrevented()).isFalse();
    }

    @Test
    void endsWithAReset() {
        host.send(PREVENT);

        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);

        assertThat(isPrevented()).isFalse();
    }

    @Test
    void operatorMayOverrule() {
        host.send(PREVENT);

        assertThat(drive.forceEject().join()).isEqualTo(new EjectOutcome.Ejected(tape));
        assertThat(drive.status().join().removalPrevented()).isFalse();
    }

    @Test
    void worksOnAnEmptyDrive() {
        use(builder().build());
        host.clearUnitAttentions();

        assertGood(host.send(PREVENT));
        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Empty());
    }

    @Test
    void refusesPersistentPrevention() {
        assertOutcome(host.send("1E 00 00 00 02 00"), "05/24/00");
    }
}
