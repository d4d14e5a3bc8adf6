package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Log pages 1Bh and 32h, data compression: ratios of one, because data is stored as it comes. */
@Conformance(
        subject = "log pages 1Bh, 32h",
        standard = "SSC-4, Data Compression log page",
        clients = "sg3_utils")
class LogCompressionTest extends DriveConformance {

    private static final String COUNTERS =
            """
             00 00 03 02 00 64
             00 01 03 02 00 64
             00 02 00 04 00 00 00 02
             00 03 00 04 00 07 A1 20
             00 04 00 04 00 00 00 02
             00 05 00 04 00 07 A1 20
             00 06 00 04 00 00 00 03
             00 07 00 04 00 07 A1 20
             00 08 00 04 00 00 00 03
             00 09 00 04 00 07 A1 20
            """;

    private void writeAndRead() {
        write(1, 2_500_000);
        write(2, 1_000_000);
        rewind();
        read(2_500_000);
    }

    @Test
    void standardPage() {
        writeAndRead();
        assertData(
                host.receive("4D 00 5B 00 00 00 00 00 FF 00", 255),
                "9B 00 00 51" + COUNTERS + "01 00 03 01 01");
    }

    @Test
    void olderPage() {
        writeAndRead();
        assertData(host.receive("4D 00 72 00 00 00 00 00 FF 00", 255), "B2 00 00 4C" + COUNTERS);
    }
}
