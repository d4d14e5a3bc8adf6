package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** READ POSITION, extended form: service action 08h, the one with an allocation length. */
@Conformance(subject = "READ POSITION, extended form", standard = "SSC-4, READ POSITION command")
class ReadPositionExtendedTest extends DriveConformance {

    @Test
    void isThirtyTwoBytesWithWhatIsInTheBuffer() {
        write(1, 1000);
        writeFilemarks(1);
        write(2, 1000);

        assertData(
                host.receive("34 08 00 00 00 00 00 00 20 00", 32),
                """
                00 00 00 1C 00 00 00 01
                00 00 00 00 00 00 00 03
                00 00 00 00 00 00 00 02
                00 00 00 00 00 00 03 E8
                """);
    }

    @Test
    void isCutOffAtTheAllocationLength() {
        assertData(host.receive("34 08 00 00 00 00 00 00 04 00", 32), "80 00 00 1C");
    }
}
