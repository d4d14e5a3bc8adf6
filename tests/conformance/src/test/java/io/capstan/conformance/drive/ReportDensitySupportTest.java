package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** REPORT DENSITY SUPPORT, by drive and by medium, densities and medium types. */
@Conformance(
        subject = "REPORT DENSITY SUPPORT",
        standard = "SSC-4, REPORT DENSITY SUPPORT command",
        clients = "sg3_utils")
class ReportDensitySupportTest extends DriveConformance {

    private FakeReply report(String byteOne) {
        FakeReply reply = host.receive("44 " + byteOne + " 00 00 00 00 00 04 00 00", 1024);
        assertGood(reply);
        assertThat(reply.u16(0)).isEqualTo(reply.data().length - 2);
        return reply;
    }

    private static String ascii(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII);
    }

    @Test
    void drivesDensitiesInAscendingOrder() {
        FakeReply reply = report("00");

        assertThat(reply.data()).hasSize(4 + 3 * 52);
        assertThat(reply.hex())
                .startsWith("00 9E 00 00 5C 5C 80 00 00 00 4A A3 00 7F 0E 00 00 5B 8D 80 4C 54 4F");
        assertThat(ascii(reply, 4 + 16, 36)).isEqualTo("LTO-CVE U-732   Ultrium 7/32T       ");
        assertThat(reply.u8(4 + 52)).isEqualTo(0x5D);
        assertThat(reply.hex().substring(3 * (4 + 104)))
                .startsWith("5E 5E A0 00 00 00 50 BD 00 7F 1A 00 00 B7 1B 00");
    }

    @Test
    void densityOfTheLoadedMediumWithItsOwnCapacity() {
        FakeReply reply = report("01");

        assertThat(reply.data()).hasSize(4 + 52);
        assertThat(reply.hex())
                .startsWith("00 36 00 00 5E 5E 80 00 00 00 50 BD 00 7F 1A 00 00 00 04 18");
    }

    @Test
    void mediumTypesOfTheDriveWithAllTheirDensities() {
        FakeReply reply = report("02");

        assertThat(reply.data()).hasSize(4 + 4 * 56);
        assertThat(reply.hex())
                .startsWith(
                        "00 E2 00 00 78 00 00 34 02 5C 5D 00 00 00 00 00 00 00 00 7F 03 C0 00 00");
        assertThat(reply.u8(4 + 56)).isEqualTo(0x7C);
        assertThat(reply.u8(4 + 112)).isEqualTo(0x88);
        assertThat(reply.u8(4 + 168)).isEqualTo(0x8C);
        assertThat(ascii(reply, 4 + 168 + 28, 28)).isEqualTo("LTO-8   Ultrium 8/32T WORM  ");
    }

    @Test
    void mediumTypeOfTheLoadedMedium() {
        FakeReply reply = report("03");

        assertThat(reply.data()).hasSize(4 + 56);
        assertThat(reply.u8(4)).isEqualTo(0x88);
        assertThat(reply.u8(8)).isEqualTo(1);
    }

    @Test
    void mediumMustBeThereToBeAskedFor() {
        drive.eject().join();

        assertOutcome(host.receive("44 01 00 00 00 00 00 04 00 00", 1024), "02/3A/00");
        assertGood(host.receive("44 00 00 00 00 00 00 04 00 00", 1024));
    }

    @Test
    void isCutOffAtTheAllocationLengthWithTheWholeLengthInside() {
        assertData(host.receive("44 00 00 00 00 00 00 00 04 00", 1024), "00 9E 00 00");
    }
}
