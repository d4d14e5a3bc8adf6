package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Log pages 30h and 31h, tape usage and tape capacity. */
@Conformance(
        subject = "log pages 30h, 31h",
        standard = "vendor specific (IBM)",
        clients = "sg3_utils")
class LogTapeUsageAndCapacityTest extends DriveConformance {

    @Test
    void capacityIsInMebibytes() {
        write(1, 3 << 20);

        assertData(
                host.receive("4D 00 71 00 00 00 00 00 FF 00", 255),
                """
                B1 00 00 20
                00 01 03 04 00 00 03 E5
                00 02 03 04 00 00 00 00
                00 03 03 04 00 00 03 E8
                00 04 03 04 00 00 00 00
                """);
    }

    @Test
    void usageCountsThreadsAndErrors() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);

        String page = host.receive("4D 00 70 00 00 00 00 00 FF 00", 255).hex();
        assertThat(page).startsWith("B0 00 00 54 00 01 00 04 00 00 00 01 00 02 00 08");
        assertThat(page).contains("00 09 00 02 00 01");
    }
}
