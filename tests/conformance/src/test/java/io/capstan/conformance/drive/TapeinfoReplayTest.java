package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** The commands tapeinfo sends to a drive, in its order, with what it reads out of the answers. */
class TapeinfoReplayTest extends DriveConformance {

    @Test
    void finishesOnALoadedDrive() {
        write(1, 512);

        assertThat(host.receive("12 00 00 00 60 00", 96).hex()).startsWith("01 80 06 12");
        assertThat(host.receive("12 01 80 00 FF 00", 255).u8(3)).isEqualTo(10);
        assertGood(testUnitReady());

        FakeReply tapeAlert = host.receive("4D 00 6E 00 00 00 00 04 00 00", 1024);
        assertThat(tapeAlert.u16(2)).isEqualTo(320);
        FakeReply capacity = host.receive("4D 00 71 00 00 00 00 04 00 00", 1024);
        assertThat(capacity.u32(8)).isEqualTo(999);
        assertThat(capacity.u32(24)).isEqualTo(1000);

        assertThat(host.receive("05 00 00 00 00 00", 6).u24(1)).isEqualTo(8 << 20);

        FakeReply all = host.receive("1A 00 3F 00 FF 00", 255);
        assertGood(all);
        assertThat(all.u8(1)).as("medium type").isEqualTo(0x88);
        assertThat(all.u8(4)).as("density").isEqualTo(0x5E);

        FakeReply compression = host.receive("1A 08 0F 00 88 00", 136);
        assertThat(compression.u8(4)).isEqualTo(0x0F);
        assertThat(compression.u8(6) & 0xC0).as("DCE and DCC").isEqualTo(0xC0);
        FakeReply configuration = host.receive("1A 08 10 00 88 00", 136);
        assertThat(configuration.u8(4)).isEqualTo(0x10);
        assertThat(configuration.u8(7)).as("active partition").isZero();
        FakeReply partitions = host.receive("1A 08 11 00 88 00", 136);
        assertThat(partitions.u8(4)).isEqualTo(0x11);
        assertThat(partitions.u8(6)).as("maximum additional partitions").isEqualTo(3);

        FakeReply position = host.receive("34 00 00 00 00 00 00 00 00 00", 20);
        assertThat(position.u8(0) & 0x04).as("position unknown").isZero();
        assertThat(position.u32(4)).isEqualTo(1);
    }

    @Test
    void finishesOnAnEmptyDrive() {
        drive.eject().join();

        assertOutcome(testUnitReady(), "02/3A/00");
        assertGood(host.receive("4D 00 6E 00 00 00 00 04 00 00", 1024));
        assertGood(host.receive("05 00 00 00 00 00", 6));
        assertGood(host.receive("1A 08 0F 00 88 00", 136));
        assertGood(host.receive("1A 08 10 00 88 00", 136));
        assertGood(host.receive("1A 08 11 00 88 00", 136));
        assertOutcome(host.receive("34 00 00 00 00 00 00 00 00 00", 20), "02/3A/00");
    }
}
