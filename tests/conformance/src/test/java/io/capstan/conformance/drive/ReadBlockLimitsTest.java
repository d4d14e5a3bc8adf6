package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** READ BLOCK LIMITS. */
@Conformance(
        subject = "READ BLOCK LIMITS",
        standard = "SSC-4, READ BLOCK LIMITS command",
        clients = {"st", "sg3_utils"})
class ReadBlockLimitsTest extends DriveConformance {

    @Test
    void anyLengthFromOneByteToEightMebibytes() {
        assertData(host.receive("05 00 00 00 00 00", 6), "00 80 00 00 00 01");
    }

    @Test
    void tellsTheLimitItWasBuiltWith() {
        use(builder().blockLengthMaxBytes(1 << 20).build());
        host.clearUnitAttentions();

        assertData(host.receive("05 00 00 00 00 00", 6), "00 10 00 00 00 01");
    }

    @Test
    void needsNoMedium() {
        drive.eject().join();

        assertGood(host.receive("05 00 00 00 00 00", 6));
    }

    @Test
    void tellsTheLargestObjectNumber() {
        assertData(
                host.receive("05 01 00 00 00 00", 20),
                "00 00 00 00 00 00 00 00 00 00 00 00 7F FF FF FF FF FF FF FF");
    }
}
