package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import io.capstan.drive.TapeDrive;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** TEST UNIT READY from power on to a loaded medium. */
@Conformance(
        subject = "TEST UNIT READY",
        standard = "SPC-4, TEST UNIT READY command",
        clients = {"st", "sg3_utils"})
class TestUnitReadyTest extends DriveConformance {

    @Test
    void tellsOfPowerOnThenOfNoMediumThenOfANewOne() {
        TapeDrive empty = builder().build();
        use(empty);

        assertSense(testUnitReady(), "70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00");
        assertSense(testUnitReady(), "70 00 02 00 00 00 00 0A 00 00 00 00 3A 00 00 00 00 00");

        empty.load(SimpleTape.blank("TST002L8", CAPACITY_BYTES)).join();

        assertSense(testUnitReady(), "70 00 06 00 00 00 00 0A 00 00 00 00 28 00 00 00 00 00");
        assertGood(testUnitReady());
    }

    @Test
    void anAdoptedDriveTellsOfNothing() {
        use(builder().adopted().build());

        assertOutcome(testUnitReady(), "02/3A/00");
    }

    @Test
    void noMediumAgainOnceItIsOut() {
        drive.eject().join();

        assertOutcome(testUnitReady(), "02/3A/00");
    }
}
