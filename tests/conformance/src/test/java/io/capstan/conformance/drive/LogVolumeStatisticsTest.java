package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log page 17h, volume statistics. */
@Conformance(
        subject = "log page 17h",
        standard = "SSC-4, Volume Statistics log page",
        clients = {"sg3_utils", "LTFS (replay)", "Proxmox (replay)"})
class LogVolumeStatisticsTest extends DriveConformance {

    private FakeReply page() {
        FakeReply reply = host.receive("4D 00 57 00 00 00 00 04 00 00", 1024);
        assertGood(reply);
        assertThat(reply.u16(2)).as("fits the buffer of LTFS").isEqualTo(reply.data().length - 4);
        return reply;
    }

    /** The value of a parameter in hexadecimal. */
    private String value(int code) {
        FakeReply page = page();
        int at = 4;
        while (page.u16(at) != code) {
            at += 4 + page.u8(at + 3);
        }
        return page.hex().substring(3 * (at + 4), 3 * (at + 4 + page.u8(at + 3)) - 1);
    }

    @Test
    void countsThisLoadAndTheLifeOfTheCartridge() {
        write(1, 3_500_000);
        rewind();
        read(3_500_000);
        assertThat(value(0x000E)).isEqualTo("00 00 00 03");
        assertThat(value(0x000F)).isEqualTo("00 00 00 03");
        assertThat(value(0x0001)).isEqualTo("00 00 00 01");
        drive.eject().join();
    }

    @Test
    void remembersEarlierLoads() throws Exception {
        write(1, 3_500_000);
        drive.eject().join();
        tape.close();
        SimpleTape again = tape.remount();
        drive.load(again).join();
        host.clearUnitAttentions();
        write(2, 1_000_000);

        assertThat(value(0x0001)).isEqualTo("00 00 00 02");
        assertThat(value(0x000E)).isEqualTo("00 00 00 01");
        assertThat(value(0x0010)).isEqualTo("00 00 00 00 00 00 00 04");
        assertThat(value(0x0011)).isEqualTo("00 00 00 00 00 00 00 00");
    }

    @Test
    void tellsEachPartition() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, false),
                        List.of(400_000_000L, 600_000_000L)));
        write(1, 5_000_000);

        assertThat(value(0x0202)).isEqualTo("07 00 00 00 00 00 01 90 07 00 00 01 00 00 02 58");
        assertThat(value(0x0203)).isEqualTo("07 00 00 00 00 00 00 05 07 00 00 01 00 00 00 00");
        assertThat(value(0x0204)).isEqualTo("07 00 00 00 00 00 01 7A 07 00 00 01 00 00 02 47");
        assertThat(value(0x0200))
                .isEqualTo("09 00 00 00 FF FF FF FF FF FF 09 00 00 01 FF FF FF FF FF FF");
        assertThat(value(0x0016)).isEqualTo("00 00 03 E8");
        assertThat(value(0x0017)).isEqualTo("00 00 00 05");
    }

    @Test
    void namesTheCartridge() {
        assertThat(value(0x0042))
                .isEqualTo(
                        new FakeReply(
                                        page().result(),
                                        "TST001L8%24s"
                                                .formatted("")
                                                .getBytes(StandardCharsets.US_ASCII))
                                .hex());
        assertThat(value(0x0080)).isEqualTo("00");
        assertThat(value(0x0081)).isEqualTo("00");
    }

    @Test
    void withoutCartridgeSaysSo() {
        drive.eject().join();

        assertData(page(), "97 00 00 05 00 00 03 01 00");
    }
}
