package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** READ ATTRIBUTE: which attributes there are, and their exact lengths and units. */
@Conformance(
        subject = "READ ATTRIBUTE",
        standard = "SPC-4, READ ATTRIBUTE command",
        clients = {"sg3_utils", "Proxmox (replay)", "LTFS (replay)"})
class ReadAttributeTest extends DriveConformance {

    private FakeReply readAll(int partition) {
        FakeReply reply =
                host.receive(
                        "8C 00 00 00 00 00 00 %02X 00 00 00 00 20 00 00 00".formatted(partition),
                        8192);
        assertGood(reply);
        assertThat(reply.u32(0)).isEqualTo(reply.data().length - 4);
        return reply;
    }

    /** Attributes by identifier: format byte and length in front of the value. */
    private Map<Integer, String> attributes(int partition) {
        FakeReply reply = readAll(partition);
        Map<Integer, String> attributes = new LinkedHashMap<>();
        int at = 4;
        while (at < reply.data().length) {
            int lengthBytes = reply.u16(at + 3);
            String value =
                    HexFormat.of()
                            .withUpperCase()
                            .formatHex(reply.data(), at + 5, at + 5 + lengthBytes);
            attributes.put(
                    reply.u16(at), "%02X %d %s".formatted(reply.u8(at + 2), lengthBytes, value));
            at += 5 + lengthBytes;
        }
        return attributes;
    }

    private static String ascii(String text, int lengthBytes) {
        String padded = text + " ".repeat(lengthBytes - text.length());
        return HexFormat.of().withUpperCase().formatHex(padded.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void tellsAllOfAFreshCartridge() {
        assertThat(attributes(0))
                .containsExactly(
                        Map.entry(0x0000, "80 8 00000000000003E8"),
                        Map.entry(0x0001, "80 8 00000000000003E8"),
                        Map.entry(0x0002, "80 8 0000000000000000"),
                        Map.entry(0x0003, "80 8 0000000000000001"),
                        Map.entry(0x0004, "80 8 0000000000004000"),
                        Map.entry(0x0005, "81 8 " + ascii("LTO-CVE", 8)),
                        Map.entry(0x0006, "80 1 5E"),
                        Map.entry(0x0007, "80 2 0000"),
                        Map.entry(0x0008, "81 32 " + ascii("TST001L8", 32)),
                        Map.entry(0x0009, "80 4 00000000"),
                        Map.entry(0x020A, "81 40 " + ascii("IBM     0007812345", 40)),
                        Map.entry(0x0220, "80 8 0000000000000000"),
                        Map.entry(0x0221, "80 8 0000000000000000"),
                        Map.entry(0x0222, "80 8 0000000000000000"),
                        Map.entry(0x0223, "80 8 0000000000000000"),
                        Map.entry(0x0224, "80 8 FFFFFFFFFFFFFFFF"),
                        Map.entry(0x0225, "80 8 FFFFFFFFFFFFFFFF"),
                        Map.entry(0x0400, "81 8 " + ascii("CAPSTAN", 8)),
                        Map.entry(0x0401, "81 32 " + ascii("TST001L8", 32)),
                        Map.entry(0x0402, "80 4 000003C0"),
                        Map.entry(0x0403, "80 4 0000007F"),
                        Map.entry(0x0404, "81 8 " + ascii("LTO-CVE", 8)),
                        Map.entry(0x0405, "80 1 5E"),
                        Map.entry(0x0406, "81 8 " + ascii("20260301", 8)),
                        Map.entry(0x0407, "80 8 0000000000004000"),
                        Map.entry(0x0408, "80 1 00"),
                        Map.entry(0x0409, "80 2 0000"),
                        Map.entry(0x040B, "80 10 5E000000000000000000"),
                        Map.entry(0x1000, "80 28 5453543030314C38" + "00".repeat(20)),
                        Map.entry(0x1001, "80 24 5453543030314C38" + "00".repeat(16)));
    }

    @Test
    void countsMebibytes() {
        write(1, 3 << 20);
        rewind();
        read(3 << 20);
        read(1);

        assertThat(attributes(0))
                .containsEntry(0x0000, "80 8 00000000000003E5")
                .containsEntry(0x0220, "80 8 0000000000000003")
                .containsEntry(0x0221, "80 8 0000000000000003")
                .containsEntry(0x0222, "80 8 0000000000000003")
                .containsEntry(0x0223, "80 8 0000000000000003");
    }

    @Test
    void remembersLoadsDrivesAndTotals() throws Exception {
        write(1, 3 << 19);
        drive.eject().join();
        tape.close();
        use(
                TapeDrive.builder(
                                "lib0/drive1", drive.personality(), DriveIdentity.of("0007899999"))
                        .build(),
                tape.remount());
        write(2, 3 << 19);

        assertThat(attributes(0))
                .containsEntry(0x0003, "80 8 0000000000000002")
                .containsEntry(0x020A, "81 40 " + ascii("IBM     0007899999", 40))
                .containsEntry(0x020B, "81 40 " + ascii("IBM     0007812345", 40))
                .containsEntry(0x0220, "80 8 0000000000000003")
                .containsEntry(0x0222, "80 8 0000000000000001")
                .doesNotContainKey(0x020C);
    }

    @Test
    void volumeChangeReferenceChangesWithTheFirstWriteOfALoad() {
        write(1, 512);
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000001");
        write(2, 512);
        writeFilemarks(1);
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000001");

        host.send("1B 00 00 00 00 00");
        host.send("1B 00 00 00 01 00");
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000001");
        writeFilemarks(0);
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000001");
        host.send("19 00 00 00 00 00");
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000002");
    }

    @Test
    void otherPartitionsHaveTheirOwnAndNotTheMediums() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, false),
                        List.of(CAPACITY_BYTES / 4, 3 * CAPACITY_BYTES / 4)));
        write(1, 512);

        assertThat(attributes(1))
                .containsExactly(
                        Map.entry(0x0000, "80 8 00000000000002EE"),
                        Map.entry(0x0001, "80 8 00000000000002EE"),
                        Map.entry(0x0009, "80 4 00000000"),
                        Map.entry(0x0224, "80 8 FFFFFFFFFFFFFFFF"),
                        Map.entry(0x0225, "80 8 FFFFFFFFFFFFFFFF"));
        assertThat(attributes(0)).containsEntry(0x0009, "80 4 00000001");
        assertData(
                host.receive("8C 03 00 00 00 00 00 00 00 00 00 00 00 10 00 00", 16), "00 02 00 02");
    }

    @Test
    void beginsWithTheFirstAttributeAskedFor() {
        assertData(
                host.receive("8C 00 00 00 00 00 00 00 04 08 00 00 00 0A 00 00", 10),
                "00 00 00 5A 04 08 80 00 01 00");
    }

    @Test
    void refusesAFirstAttributeThatIsNotThere() {
        assertSense(
                host.receive("8C 00 00 00 00 00 00 00 08 00 00 00 01 00 00 00", 256),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 08");
    }

    @Test
    void listsIdentifiers() {
        FakeReply list = host.receive("8C 01 00 00 00 00 00 00 00 00 00 00 04 00 00 00", 1024);
        assertGood(list);
        assertThat(list.u32(0)).isEqualTo(2 * 30);
        assertThat(list.hex()).startsWith("00 00 00 3C 00 00 00 01 00 02");

        FakeReply supported = host.receive("8C 05 00 00 00 00 00 00 00 00 00 00 04 00 00 00", 1024);
        assertThat(supported.u32(0)).isEqualTo(2 * 48);
        assertThat(supported.hex()).endsWith("08 0B 08 0C 08 20 08 21 10 00 10 01");
    }

    @Test
    void listsVolumesAndPartitions() {
        assertData(
                host.receive("8C 02 00 00 00 00 00 00 00 00 00 00 00 10 00 00", 16), "00 02 00 01");
        assertData(
                host.receive("8C 03 00 00 00 00 00 00 00 00 00 00 00 10 00 00", 16), "00 02 00 01");
    }

    @Test
    void refusesPlacesThatAreNotThere() {
        assertSense(
                host.receive("8C 00 00 00 00 00 00 01 00 00 00 00 01 00 00 00", 256),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 07");
        assertSense(
                host.receive("8C 00 00 00 00 01 00 00 00 00 00 00 01 00 00 00", 256),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 05");
        assertOutcome(
                host.receive("8C 04 00 00 00 00 00 00 00 00 00 00 01 00 00 00", 256), "05/24/00");
    }

    @Test
    void needsAMedium() {
        drive.eject().join();

        assertOutcome(
                host.receive("8C 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00", 256), "02/3A/00");
    }

    @Test
    void mediaSerialNumberIsTheOneInCartridgeMemory() {
        assertData(
                host.receive("AB 01 00 00 00 00 00 00 00 40 00 00", 64),
                "00 00 00 20 54 53 54 30 30 31 4C 38" + " 20".repeat(24));
    }
}
