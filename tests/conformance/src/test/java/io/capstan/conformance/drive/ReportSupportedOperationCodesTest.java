package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.spc.TransportCommands;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** REPORT SUPPORTED OPERATION CODES: the whole list with timeouts, and single commands. */
@Conformance(
        subject = "REPORT SUPPORTED OPERATION CODES",
        standard = "SPC-4, REPORT SUPPORTED OPERATION CODES command",
        clients = {"sg3_utils", "LTFS (replay)"})
class ReportSupportedOperationCodesTest extends DriveConformance {

    @Test
    void listsEveryCommandWithATimeoutInLessThanFourKibibytes() {
        FakeReply reply = host.receive("A3 0C 80 00 00 00 00 00 20 00 00 00", 8192);

        assertGood(reply);
        assertThat(reply.data().length).isLessThan(4096);
        List<String> commands = new ArrayList<>();
        for (int at = 4; at < reply.data().length; at += 20) {
            boolean serviceAction = (reply.u8(at + 5) & 0x01) != 0;
            commands.add(
                    "%02X".formatted(reply.u8(at))
                            + (serviceAction ? "/%02X".formatted(reply.u16(at + 2)) : ""));
            assertThat(reply.u8(at + 5) & 0x02).as("CTDP").isEqualTo(0x02);
            assertThat(reply.u32(at + 16)).as("recommended timeout").isPositive();
        }
        assertThat(String.join(" ", commands))
                .isEqualTo(
                        "00 01 03 04 05 08 0A 0B 10 11 12 13 15 19 1A 1B 1C 1D 1E 2B"
                                + " 34/00 34/01 34/06 34/08 3B 3C 44 4C 4D 55 5A 82"
                                + " 8C/00 8C/01 8C/02 8C/03 8C/05 8D 91 92"
                                + " A2 A3/05 A3/0A A3/0C A3/0D A3/0F A3/1F A4/06 A4/0F AB/01 B5");
    }

    @Test
    void tellsUsageAndTimeoutOfOneCommand() {
        assertData(
                host.receive("A3 0C 81 0A 00 00 00 00 01 00 00 00", 256),
                "00 83 00 06 0A 01 FF FF FF 00 00 0A 00 00 00 00 00 01 00 00 06 18");
    }

    @Test
    void tellsWhatTheTransportOfTheNexusExecutes() {
        use(
                builder()
                        .transportCommands(nexus ->
                                nexus.equals(host.nexus())
                                        ? TransportCommands.OF_KERNEL_TARGET
                                        : List.of())
                        .build());
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        host.clearUnitAttentions();
        String readKeys = "A3 0C 82 5E 00 00 00 00 01 00 00 00";

        assertData(
                host.receive(readKeys, 256),
                "00 83 00 0A 5E 00 00 00 00 00 00 FF FF 00 00 0A 00 00 00 00 00 01 00 00 00 3C");
        assertThat(other.receive(readKeys, 256).u8(1)).isEqualTo(0x01);
        assertOutcome(host.receive("5E 00 00 00 00 00 00 01 00 00", 256), "05/20/00");
    }

    @Test
    void saysThatACommandIsNotThere() {
        assertThat(host.receive("A3 0C 01 0F 00 00 00 00 01 00 00 00", 256).u8(1)).isEqualTo(0x01);
    }
}
