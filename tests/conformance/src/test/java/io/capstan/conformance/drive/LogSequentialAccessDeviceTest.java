package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Log page 0Ch, sequential-access device. */
@Conformance(
        subject = "log page 0Ch",
        standard = "SSC-4, Sequential-Access Device log page",
        clients = "sg3_utils")
class LogSequentialAccessDeviceTest extends DriveConformance {

    @Test
    void tellsBytesAndMegabytes() {
        write(1, 2_000_000);
        write(2, 1_000_000);
        rewind();
        read(2_000_000);

        assertData(
                host.receive("4D 00 4C 00 00 00 00 00 FF 00", 255),
                """
                8C 00 00 60
                00 00 00 08 00 00 00 00 00 2D C6 C0
                00 01 00 08 00 00 00 00 00 2D C6 C0
                00 02 00 08 00 00 00 00 00 1E 84 80
                00 03 00 08 00 00 00 00 00 1E 84 80
                00 04 03 04 00 00 00 03
                00 05 03 04 00 00 04 07
                00 06 03 04 00 00 00 10
                00 07 03 04 00 00 00 02
                00 08 03 04 00 00 00 00
                01 00 03 04 00 00 00 00
                """);
    }
}
