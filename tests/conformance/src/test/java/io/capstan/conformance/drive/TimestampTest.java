package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** REPORT TIMESTAMP and SET TIMESTAMP. */
@Conformance(
        subject = "REPORT TIMESTAMP, SET TIMESTAMP",
        standard = "SPC-4, the commands of that name",
        clients = "sg3_utils")
class TimestampTest extends DriveConformance {

    private static final String REPORT = "A3 0F 00 00 00 00 00 00 00 0C 00 00";
    private static final String SET = "A4 0F 00 00 00 00 00 00 00 0C 00 00";

    @Test
    void beginsWithTheClockOfTheNode() {
        assertData(host.receive(REPORT, 12), "00 0A 03 00 01 9C A9 45 0A 00 00 00");
    }

    @Test
    void canBeSet() {
        assertGood(host.send(SET, "00 00 00 00 01 02 03 04 05 06 00 00"));

        assertData(host.receive(REPORT, 12), "00 0A 02 00 01 02 03 04 05 06 00 00");
    }

    @Test
    void otherInitiatorsAreTold() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();

        host.send(SET, "00 00 00 00 01 02 03 04 05 06 00 00");

        assertOutcome(other.send("00 00 00 00 00 00"), "06/2A/10");
        assertGood(testUnitReady());
    }

    @Test
    void refusesAShortList() {
        assertOutcome(
                host.send("A4 0F 00 00 00 00 00 00 00 08 00 00", "00 00 00 00 01 02 03 04"),
                "05/1A/00");
    }
}
