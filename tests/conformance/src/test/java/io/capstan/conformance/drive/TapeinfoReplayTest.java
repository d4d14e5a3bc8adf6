package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The commands tapeinfo sends to a drive, in its order, with what it reads out of the answers. */
@Conformance(subject = "replay of tapeinfo", standard = "SSC-4", clients = "tapeinfo (replay)")
class TapeinfoReplayTest extends DriveConformance {

    private FakeReply logPage(String code) {
        return host.receive("4D 00 " + code + " 00 00 00 00 08 00 00", 2048);
    }

    private byte[] modePage(String code) {
        FakeReply reply = host.receive("1A 00 " + code + " 00 FF 00", 255);
        assertGood(reply);
        int at = 4 + reply.u8(3);
        return Arrays.copyOfRange(reply.data(), at, at + 2 + reply.u8(at + 1));
    }

    @Test
    void finishesOnALoadedDrive() {
        write(1, 512);

        assertThat(host.receive("12 00 00 00 38 00", 56).hex()).startsWith("01 80 06 12");
        assertThat(host.receive("12 01 80 00 1E 00", 30).u8(3)).isEqualTo(10);
        FakeReply tapeAlert = logPage("2E");
        assertThat(tapeAlert.u8(0) & 0x3F).isEqualTo(0x2E);
        assertThat(tapeAlert.u16(2)).isEqualTo(320);
        assertThat(host.receive("05 00 00 00 00 00", 6).u24(1)).isEqualTo(8 << 20);
        assertGood(testUnitReady());

        FakeReply mode = host.receive("1A 00 0F 00 FF 00", 255);
        assertThat(mode.u8(1)).as("medium type").isEqualTo(0x88);
        assertThat(mode.u8(2) & 0x70).as("buffered").isNotZero();
        assertThat(mode.u8(4)).as("density").isEqualTo(0x5E);
        assertThat(modePage("0F")[2] & 0xC0).as("DCE and DCC").isEqualTo(0xC0);
        FakeReply position = host.receive("34 00 00 00 00 00 00 00 00 00", 20);
        assertThat(position.u8(0) & 0x04).as("position unknown").isZero();
        assertThat(position.u32(4)).isEqualTo(1);
        FakeReply capacity = logPage("31");
        assertThat(capacity.u16(2)).isEqualTo(32);
        assertThat(capacity.u32(8)).as("remaining").isEqualTo(999);
        assertThat(capacity.u32(16)).as("remaining in the other").isZero();
        assertThat(capacity.u32(24)).as("size").isEqualTo(1000);
        assertThat(capacity.u32(32)).as("size of the other").isZero();
        assertThat(modePage("10")[3]).as("active partition").isZero();
        assertThat(modePage("11")).startsWith(0x11, 14, 3, 0);
    }

    @Test
    void stopsAtAnEmptyDrive() {
        drive.eject().join();

        assertGood(logPage("2E"));
        assertGood(host.receive("05 00 00 00 00 00", 6));
        assertOutcome(testUnitReady(), "02/3A/00");
    }
}
