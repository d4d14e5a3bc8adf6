package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WRITE ATTRIBUTE: host attributes, all of a list or none. */
@Conformance(
        subject = "WRITE ATTRIBUTE",
        standard = "SPC-4, WRITE ATTRIBUTE command",
        clients = {"Proxmox (replay)", "LTFS (replay)"})
class WriteAttributeTest extends DriveConformance {

    private FakeReply writeAttributes(String attributesHex) {
        byte[] attributes = hex(attributesHex);
        byte[] list = hex(u32(attributes.length) + attributesHex);
        return host.send(
                "8D 01 00 00 00 00 00 00 00 00 %s 00 00".formatted(u32(list.length)), list);
    }

    private static String attribute(int identifier, int format, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        return "%04X %02X %04X ".formatted(identifier, format, bytes.length)
                + HexFormat.of().formatHex(bytes);
    }

    private FakeReply readAttribute(int identifier) {
        return host.receive(
                "8C 00 00 00 00 00 00 00 %04X 00 00 04 00 00 00".formatted(identifier), 1024);
    }

    private String text(int identifier) {
        FakeReply reply = readAttribute(identifier);
        assertThat(reply.u16(4)).isEqualTo(identifier);
        return new String(reply.data(), 9, reply.u16(7), StandardCharsets.US_ASCII);
    }

    @Test
    void keepsSeveralAttributes() {
        assertGood(
                writeAttributes(
                        attribute(0x0800, 1, "ACME    ")
                                + attribute(0x0801, 1, "%-32s".formatted("Backup"))
                                + "0805 00 0001 81"));

        assertThat(text(0x0800)).isEqualTo("ACME    ");
        assertThat(text(0x0801)).isEqualTo("Backup" + " ".repeat(26));
        assertThat(readAttribute(0x0805).hex()).startsWith("00 00 00 44 08 05 00 00 01 81");
    }

    @Test
    void fillsUpShortText() {
        assertGood(writeAttributes(attribute(0x0806, 1, "TST001L8")));
        assertGood(writeAttributes(attribute(0x0803, 2, "Monday")));

        assertThat(text(0x0806)).isEqualTo("TST001L8" + " ".repeat(24));
        assertThat(text(0x0803)).isEqualTo("Monday" + "\0".repeat(154));
    }

    @Test
    void coherencyInformationHasAnyLength() {
        assertGood(writeAttributes("080C 00 0017" + "AB".repeat(0x17)));
        assertThat(readAttribute(0x080C).u16(7)).isEqualTo(0x17);
        assertGood(writeAttributes("080C 00 0046" + "CD".repeat(0x46)));
        assertThat(readAttribute(0x080C).u16(7)).isEqualTo(0x46);
    }

    @Test
    void hostVendorAttributesHaveAnyFormatAndLength() {
        assertGood(writeAttributes("1623 00 0001 01" + attribute(0x1400, 1, "mine")));
        assertThat(text(0x1400)).isEqualTo("mine");
        assertThat(readAttribute(0x1623).hex()).isEqualTo("00 00 00 06 16 23 00 00 01 01");
    }

    @Test
    void aLengthOfZeroRemoves() {
        writeAttributes(attribute(0x0808, 2, "Pool A"));
        assertGood(writeAttributes("0808 02 0000"));
        assertOutcome(readAttribute(0x0808), "05/24/00");
        assertGood(writeAttributes("0808 02 0000"));
    }

    @ParameterizedTest
    @CsvSource({
        // read only
        "0003 00 0008 0000000000000007, 80 00 0D",
        "0401 01 0001 20, 80 00 0D",
        // unknown
        "0850 00 0001 20, 80 00 0D",
        "1000 00 0001 20, 80 00 0D",
        "1800 00 0001 20, 80 00 0D",
        // text as binary
        "0800 00 0008 4141414141414141, 80 00 0F",
        // reserved format
        "1400 03 0001 41, 80 00 0F",
        // longer than it may be, and binary shorter than it must
        "0806 01 0021 414141414141414141414141414141414141414141414141414141414141414141, 80 00 10",
        "0805 00 0002 0000, 80 00 10",
        "0820 00 0001 00, 80 00 10"
    })
    void refusesAWholeListForOneBadAttribute(String bad, String pointer) {
        FakeReply reply = writeAttributes("1400 00 0004 01020304" + bad);

        assertSense(reply, "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 " + pointer);
        assertOutcome(readAttribute(0x1400), "05/24/00");
    }

    @Test
    void refusesAListThatEndsInsideAnAttribute() {
        assertOutcome(writeAttributes("1400 00 0008 01020304"), "05/1A/00");
        assertOutcome(
                host.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00", "00 00 00 09"),
                "05/1A/00");
        assertOutcome(
                host.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 40 00 00", "00 00 00 00"),
                "05/1A/00");
    }

    @Test
    void takesNoMoreThanThereIsRoomFor() {
        String large = "00 3000" + "AB".repeat(0x3000);
        assertGood(writeAttributes("1400" + large));
        assertThat(readAttribute(0x0004).hex()).contains("00 04 80 00 08 00 00 00 00 00 00 0F FB");

        assertOutcome(writeAttributes("1401" + large), "05/55/06");
        assertGood(writeAttributes("1400" + large));
        assertGood(writeAttributes("1400 00 0000"));
        assertGood(writeAttributes("1401" + large));
    }

    @Test
    void eachPartitionHasItsOwn() {
        host.send(
                "15 10 00 00 14 00", "00 00 10 00 11 0E 03 01 3C 03 06 00 FF FF 00 64 00 00 00 00");
        assertGood(host.send("04 00 01 00 00 00"));
        writeAttributes("080C 00 0001 AA");

        assertGood(
                host.send(
                        "8D 00 00 00 00 00 00 01 00 00 00 00 00 0A 00 00",
                        "00 00 00 06 08 0C 00 00 01 BB"));

        assertThat(readAttribute(0x080C).u8(9)).isEqualTo(0xAA);
        assertThat(host.receive("8C 00 00 00 00 00 00 01 08 0C 00 00 04 00 00 00", 1024).u8(9))
                .isEqualTo(0xBB);
    }

    @Test
    void stayWithTheCartridge() throws Exception {
        writeAttributes(attribute(0x0806, 1, "TST001L8"));
        drive.eject().join();
        tape.close();
        SimpleTape again = tape.remount();
        drive.load(again).join();
        host.clearUnitAttentions();

        assertThat(text(0x0806)).startsWith("TST001L8");
    }

    @Test
    void nothingIsGood() {
        assertGood(host.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
    }
}
