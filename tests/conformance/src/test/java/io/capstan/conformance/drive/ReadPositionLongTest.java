package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** READ POSITION, long form: service action 06h. */
@Conformance(
        subject = "READ POSITION, long form",
        standard = "SSC-4, READ POSITION command",
        clients = {"LTFS (replay)", "Proxmox (replay)"})
class ReadPositionLongTest extends DriveConformance {

    @Test
    void isThirtyTwoBytesWithObjectAndFile() {
        write(1, 1000);
        writeFilemarks(2);
        write(2, 1000);

        assertData(
                host.receive("34 06 00 00 00 00 00 00 00 00", 32),
                """
                00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 04
                00 00 00 00 00 00 00 02
                00 00 00 00 00 00 00 00
                """);
    }

    @Test
    void saysBopAtTheBeginning() {
        assertData(host.receive("34 06 00 00 00 00 00 00 00 00", 32), "80" + " 00".repeat(31));
    }
}
