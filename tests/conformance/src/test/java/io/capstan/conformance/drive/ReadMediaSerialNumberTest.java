package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** READ MEDIA SERIAL NUMBER. */
@Conformance(
        subject = "READ MEDIA SERIAL NUMBER",
        standard = "SPC-4, READ MEDIA SERIAL NUMBER command",
        clients = {"sg3_utils"})
class ReadMediaSerialNumberTest extends DriveConformance {

    @Test
    void isTheOneInCartridgeMemory() {
        assertData(
                host.receive("AB 01 00 00 00 00 00 00 00 FF 00 00", 255),
                "00 00 00 20 54 53 54 30 30 31 4C 38" + " 20".repeat(24));
    }

    @Test
    void aShortAnswerTellsTheWholeLength() {
        assertData(host.receive("AB 01 00 00 00 00 00 00 00 04 00 00", 255), "00 00 00 20");
    }

    @Test
    void needsAMedium() {
        drive.eject().join();

        assertOutcome(host.receive("AB 01 00 00 00 00 00 00 00 FF 00 00", 255), "02/3A/00");
    }

    @Test
    void refusesAnotherServiceAction() {
        assertOutcome(host.receive("AB 02 00 00 00 00 00 00 00 FF 00 00", 255), "05/24/00");
    }
}
