package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.TaskManagementFunction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * GENERATE and RECEIVE RECOMMENDED ACCESS ORDER, as full-height Ultrium 9 drives have them, and as CERN's Tape Archive sends and
 * reads them (SCSI/Structures.hpp and DriveGeneric of its tape server).
 */
@Conformance(
        subject = "GENERATE and RECEIVE RECOMMENDED ACCESS ORDER",
        standard = "SSC-5, the commands of that name",
        clients = "CERN Tape Archive (replay)")
class RecommendedAccessOrderTest extends DriveConformance {

    private static final String RECEIVE = "A3 1D 00 00 00 00 00 00 10 00 00 00";

    @BeforeEach
    void twoPartitions() {
        use(
                builder("ULT3580-TD9").build(),
                new SimpleTape(
                        new VolumeIdentifier("TST001L9"),
                        new MediumDescription(0x98, 0x60, CAPACITY_BYTES, false, false),
                        List.of(400_000_000L, 600_000_000L)));
        for (int partition = 0; partition < 2; partition++) {
            assertGood(host.send("2B 02 00 00 00 00 00 00 %02X 00".formatted(partition)));
            for (int i = 0; i < 10; i++) {
                assertGood(write(i, 100));
            }
        }
    }

    /** A user data segment of the partition, with the name CTA gives it. */
    private static String segment(String name, int partition, long first, long last) {
        byte[] tenBytes = "%-10s".formatted(name).getBytes(StandardCharsets.US_ASCII);
        return "001E 000000"
                + HexFormat.of().formatHex(tenBytes)
                + "%02X%016X%016X".formatted(partition, first, last);
    }

    private FakeReply generate(FakeInitiator by, String... segments) {
        String list = String.join("", segments).replace(" ", "");
        String data = "00000000%08X".formatted(list.length() / 2) + list;
        return by.send("A4 1D 02 00 00 00 %08X 00 00".formatted(data.length() / 2), data);
    }

    private static List<String> names(FakeReply reply) {
        assertGood(reply);
        List<String> names = new ArrayList<>();
        assertThat(reply.u8(0)).as("RAO PROCESS").isEqualTo(2);
        assertThat(reply.u32(4)).isEqualTo(reply.data().length - 8);
        for (int at = 8; at < reply.data().length; at += 32) {
            assertThat(reply.u16(at)).isEqualTo(0x1E);
            names.add(new String(reply.data(), at + 5, 10, StandardCharsets.US_ASCII).strip());
        }
        return names;
    }

    @Test
    void tellsHowLongListsCanBe() {
        assertData(host.receive("A3 9D 00 00 00 00 00 00 00 04 00 00", 4), "0A 8C 00 20");
    }

    @Test
    void ordersSegmentsAsTheyAreRead() {
        assertGood(
                generate(
                        host,
                        segment("c", 1, 7, 8),
                        segment("d", 0, 2, 3),
                        segment("a", 1, 0, 4),
                        segment("b", 1, 5, 6),
                        segment("e", 0, 9, 10)));
        assertThat(names(host.receive(RECEIVE, 4096)))
                .as("the partition the medium stands in comes first")
                .containsExactly("a", "b", "c", "d", "e");

        assertGood(host.send("2B 02 00 00 00 00 05 00 00 00"));
        assertGood(generate(host, segment("y", 1, 0, 1), segment("x", 0, 1, 1)));
        assertThat(names(host.receive(RECEIVE, 4096))).containsExactly("x", "y");
    }

    @Test
    void givesDescriptorsBackAsTheyCame() {
        String sent = segment("0000000042", 0, 3, 4);
        generate(host, sent);

        assertThat(host.receive(RECEIVE, 4096).hex().replace(" ", ""))
                .isEqualTo("0200000000000020" + sent.replace(" ", ""));
        assertThat(host.receive("A3 1D 00 00 00 08 00 00 10 00 00 00", 4096).data())
                .as("from an offset on")
                .hasSize(32);
        assertOutcome(host.receive("A3 1D 00 00 00 28 00 00 10 00 00 00", 4096), "05/24/00");
    }

    @Test
    void eachNexusHasItsOwnList() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        generate(host, segment("mine", 0, 3, 4));
        assertOutcome(other.receive(RECEIVE, 4096), "05/2C/00");
        generate(other, segment("yours", 0, 5, 6));
        assertThat(names(host.receive(RECEIVE, 4096))).containsExactly("mine");

        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        host.clearUnitAttentions();
        assertOutcome(host.receive(RECEIVE, 4096), "05/2C/00");
        assertThat(names(other.receive(RECEIVE, 4096))).containsExactly("yours");
    }

    @Test
    void aListGoesWithItsMedium() {
        generate(host, segment("a", 0, 3, 4));
        host.send("1B 00 00 00 00 00");
        host.send("1B 00 00 00 01 00");
        host.clearUnitAttentions();
        assertOutcome(host.receive(RECEIVE, 4096), "05/2C/00");

        generate(host, segment("a", 0, 3, 4));
        assertGood(host.send("2B 02 00 00 00 00 00 00 00 00"));
        assertGood(host.send("04 00 00 00 00 00"));
        assertOutcome(host.receive(RECEIVE, 4096), "05/2C/00");
    }

    @Test
    void refusesSegmentsThatAreNotOnTheMedium() {
        generate(host, segment("kept", 0, 0, 0));

        assertSense(
                generate(host, segment("a", 2, 0, 1)),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 17");
        assertSense(
                generate(host, segment("a", 0, 10, 10)),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 18");
        assertSense(
                generate(host, segment("ok", 0, 1, 2), segment("a", 0, 3, 2)),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 40");
        assertOutcome(generate(host, segment("a", 0, -1, 2)), "05/26/00");
        assertThat(names(host.receive(RECEIVE, 4096))).containsExactly("kept");
    }

    @Test
    void refusesListsThatAreNone() {
        String list = "00000000 00000020" + segment("a", 0, 0, 1).replace("001E", "001D");
        assertOutcome(host.send("A4 1D 02 00 00 00 00 00 00 28 00 00", list), "05/26/00");
        assertOutcome(
                host.send("A4 1D 02 00 00 00 00 00 00 08 00 00", "00000000 00000020"), "05/1A/00");
        assertOutcome(
                host.send("A4 1D 02 00 00 00 00 00 00 08 00 00", "00000000 00000021"), "05/26/00");
        assertOutcome(
                host.send("A4 1D 02 00 00 00 00 00 00 08 00 00", "00000000 00100000"), "05/26/00");
        assertGood(host.send("A4 1D 02 00 00 00 00 00 00 00 00 00"));
    }

    @Test
    void refusesOtherProcessesAndTypesOfSegments() {
        assertOutcome(host.send("A4 1D 01 00 00 00 00 00 00 00 00 00"), "05/24/00");
        assertOutcome(host.send("A4 1D 02 01 00 00 00 00 00 00 00 00"), "05/24/00");
        assertOutcome(host.receive("A3 1D 00 00 00 00 00 00 10 00 01 00", 4096), "05/24/00");
    }

    @Test
    void needsAMediumButForItsLimits() {
        drive.eject().join();

        assertGood(host.receive("A3 9D 00 00 00 00 00 00 00 04 00 00", 4));
        assertOutcome(generate(host, segment("a", 0, 0, 1)), "02/3A/00");
        assertOutcome(host.receive(RECEIVE, 4096), "02/3A/00");
    }

    @Test
    void halfHeightAndOlderDrivesDoNotHaveIt() {
        for (String personality : List.of("ULT3580-TD8", "ULT3580-HH9")) {
            use(builder(personality).build());
            host.clearUnitAttentions();

            assertOutcome(host.receive(RECEIVE, 4096), "05/24/00");
            assertOutcome(generate(host, segment("a", 0, 0, 1)), "05/24/00");
        }
    }
}
