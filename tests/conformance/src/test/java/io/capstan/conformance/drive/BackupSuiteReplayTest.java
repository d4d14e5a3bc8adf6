package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What Windows, the drive makers' drivers and commercial backup software ask a drive before they use it. */
@Conformance(
        subject = "replay of Windows and backup suites",
        standard = "SPC-4 and SSC-4",
        clients = "backup suites (replay)")
class BackupSuiteReplayTest extends DriveConformance {

    /** A driver under Windows tells drives apart by the serial number page and the designators of page 83h. */
    @Test
    void windowsIdentifiesTheDrive() {
        host = new FakeInitiator(drive, "windows");
        FakeReply pages = host.receive("12 01 00 00 FF 00", 255);
        assertThat(pages.hex()).contains("80 83");
        assertThat(text(host.receive("12 01 80 00 FF 00", 255), 4, 10)).isEqualTo("0007812345");
        FakeReply identification = host.receive("12 01 83 00 FF 00", 255);
        assertThat(text(identification, 8, 34)).isEqualTo("IBM     ULT3580-TD8     0007812345");
        host.clearUnitAttentions();
        assertGood(testUnitReady());
        assertThat(host.receive("05 00 00 00 00 00", 6).u24(1)).isGreaterThanOrEqualTo(1 << 20);
        // Each parameter page the class driver wants, in a buffer that ends with the page.
        assertThat(host.receive("1A 08 0F 00 14 00", 20).u8(4)).isEqualTo(0x0F);
        assertThat(host.receive("1A 08 10 00 14 00", 20).u8(4)).isEqualTo(0x10);
        assertThat(host.receive("1A 08 11 00 14 00", 20).u8(4)).isEqualTo(0x11);
    }

    /** The makers' drivers set the clock at each open, and look for commands one by one. */
    @Test
    void driversSetTheClockAndAskForCommands() {
        assertGood(
                host.send(
                        "A4 0F 00 00 00 00 00 00 00 0C 00 00",
                        "00 00 00 00 01 9C A9 45 0A 00 00 00"));
        assertThat(host.receive("A3 0F 00 00 00 00 00 00 00 0C 00 00", 12).u8(2)).isEqualTo(2);
        for (String command : new String[] {"02 8C 00 00", "02 A3 00 0F", "01 92 00 00"}) {
            FakeReply one = host.receive("A3 0C " + command + " 00 00 00 40 00 00", 64);
            assertGood(one);
            assertThat(one.u8(1) & 0x07).as(command).isEqualTo(3);
        }
        assertGood(host.receive("A3 0A 00 00 00 00 00 00 00 FF 00 00", 255));
    }

    /** Media servers read error counters after each job and TapeAlert before and after it. */
    @Test
    void mediaServersReadCountersAndAlerts() {
        assertGood(host.receive("4D 00 6E 00 00 00 00 01 44 00", 324));
        for (int seed = 0; seed < 4; seed++) {
            write(seed, 65_536);
        }
        writeFilemarks(1);

        FakeReply written = host.receive("4D 00 42 00 00 00 00 02 00 00", 512);
        assertThat(written.u16(2) + 4).isEqualTo(written.data().length);
        assertThat(written.hex()).contains("00 05 00 08 00 00 00 00 00 04 00 00");
        assertGood(host.receive("4D 00 43 00 00 00 00 02 00 00", 512));
        FakeReply alerts = host.receive("4D 00 6E 00 00 00 00 01 44 00", 324);
        assertThat(alerts.data()).hasSize(324);
        for (int flag = 1; flag <= 64; flag++) {
            assertThat(alerts.u8(4 + 5 * (flag - 1) + 4)).as("flag %d", flag).isZero();
        }
    }

    /** Media servers that want to be told of alerts clear DEXCPT, keeping what they read of the page. */
    @Test
    void mediaServersEnableInformationalExceptions() {
        FakeReply page = host.receive("1A 08 1C 00 FF 00", 255);
        assertThat(page.u8(4) & 0x3F).isEqualTo(0x1C);
        byte[] list = page.data();
        list[0] = 0;
        list[2] = 0x10;
        list[6] &= ~0x08;

        assertGood(host.send("15 10 00 00 10 00", list));

        assertThat(host.receive("1A 08 1C 00 FF 00", 255).u8(6) & 0x08).isZero();
    }

    /** A medium's serial number ties it to a catalog when its label is gone. */
    @Test
    void theMediumIsIdentified() {
        FakeReply serial = host.receive("AB 01 00 00 00 00 00 00 00 FF 00 00", 255);

        assertThat(serial.u32(0) + 4).isEqualTo(serial.data().length);
        assertThat(text(serial, 4, 8)).isEqualTo("TST001L8");
    }

    private static String text(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII);
    }
}
