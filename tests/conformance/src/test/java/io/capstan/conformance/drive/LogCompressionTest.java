package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** Log pages 1Bh and 32h, data compression: host and medium, read and written. */
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
    void ratioIsWhatTheMediumSaved() {
        byte[] block = new byte[1_000_000];
        host.send("0A 00 0F 42 40 00", block);
        rewind();
        read(1_000_000);
        long storedBytes = tape.usedBytes(0);
        FakeReply page = host.receive("4D 00 5B 00 00 00 00 00 FF 00", 255);
        long ratio = Math.min(0xFFFF, 100L * 1_000_000 / storedBytes);
        assertThat(page.u16(8)).isEqualTo((int) ratio);
        assertThat(page.u16(14)).isEqualTo((int) ratio);
        assertThat(page.u32(36)).isZero();
        assertThat(page.u32(44)).isEqualTo(storedBytes);
        assertThat(page.u32(52)).isEqualTo(1);
        assertThat(page.u32(76)).isEqualTo(storedBytes);
    }

    @Test
    void olderPage() {
        writeAndRead();
        assertData(host.receive("4D 00 72 00 00 00 00 00 FF 00", 255), "B2 00 00 4C" + COUNTERS);
    }
}
