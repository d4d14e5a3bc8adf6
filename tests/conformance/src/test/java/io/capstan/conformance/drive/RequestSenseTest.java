package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** REQUEST SENSE. */
@Conformance(
        subject = "REQUEST SENSE",
        standard = "SPC-4, REQUEST SENSE command",
        clients = "sg3_utils")
class RequestSenseTest extends DriveConformance {

    @Test
    void saysNoSenseInEighteenBytes() {
        assertData(
                host.receive("03 00 00 00 60 00", 96),
                "70 00 00 00 00 00 00 0A 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void takesThePendingUnitAttention() {
        use(builder().build());

        assertData(
                host.receive("03 00 00 00 12 00", 18),
                "70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00");
        assertOutcome(testUnitReady(), "02/3A/00");
    }

    @Test
    void knowsDescriptorFormat() {
        assertData(host.receive("03 01 00 00 12 00", 18), "72 00 00 00 00 00 00 00");
    }
}
