package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.LoadOutcome;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** READ ELEMENT STATUS: which elements are reported, and what their descriptors say. */
@Conformance(
        subject = "READ ELEMENT STATUS",
        standard = "SMC-3, READ ELEMENT STATUS command",
        clients = {"ch", "mtx", "Proxmox (replay)"})
final class ReadElementStatusTest extends ChangerConformance {

    private static final String VOLUME_TAG_BLANKS =
            "20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20";
    private static final String VOLUME_TAG_ZEROS = "00 ".repeat(36);

    @Test
    void oneFullStorageElementWithItsVolumeTag() {
        assertThat(read("B8 12 03E8 0001 00 00FFFF 00 00").hex())
                .isEqualTo(
                        "03 E8 00 01 00 00 00 3C "
                                + "02 80 00 34 00 00 00 34 "
                                + "03 E8 09 00 00 00 00 00 00 01 00 00 "
                                + "43 41 50 30 30 31 4C 38 "
                                + VOLUME_TAG_BLANKS
                                + " 00 00 00 00 "
                                + "00 00 00 00");
    }

    @Test
    void oneEmptyStorageElement() {
        assertThat(read("B8 12 03EB 0001 00 00FFFF 00 00").hex())
                .isEqualTo(
                        "03 EB 00 01 00 00 00 3C "
                                + "02 80 00 34 00 00 00 34 "
                                + "03 EB 08 00 00 00 00 00 00 00 00 00 "
                                + VOLUME_TAG_ZEROS
                                + "00 00 00 00");
    }

    @Test
    void withoutVolumeTagsADescriptorIsSixteenBytes() {
        assertThat(read("B8 02 03E8 0001 00 00FFFF 00 00").hex())
                .isEqualTo(
                        "03 E8 00 01 00 00 00 18 "
                                + "02 00 00 10 00 00 00 10 "
                                + "03 E8 09 00 00 00 00 00 00 01 00 00 00 00 00 00");
    }

    @Test
    void theSourceIsReportedOnceACartridgeWasMoved() {
        move(1000, 1005);

        assertThat(read("B8 02 03ED 0001 00 00FFFF 00 00").hex())
                .endsWith("03 ED 09 00 00 00 00 00 00 81 03 E8 00 00 00 00");
    }

    @Test
    void aLoadedDriveIsFullAndOutOfReach() {
        move(1000, 500);

        assertThat(read("B8 14 01F4 0001 00 00FFFF 00 00").hex())
                .isEqualTo(
                        "01 F4 00 01 00 00 00 3C "
                                + "04 80 00 34 00 00 00 34 "
                                + "01 F4 01 00 00 00 00 00 00 81 03 E8 "
                                + "43 41 50 30 30 31 4C 38 "
                                + VOLUME_TAG_BLANKS
                                + " 00 00 00 00 "
                                + "00 00 00 00");
        drive(0).unloadedByHost();
        assertThat(flags(500)).isEqualTo(0x09);
    }

    @Test
    void driveIdentities() {
        FakeReply reply = read("B8 04 01F4 0002 01 00FFFF 00 00");

        assertThat(reply.hex())
                .startsWith("01 F4 00 02 00 00 00 6C 04 00 00 32 00 00 00 64 01 F4 08")
                .contains(
                        "02 01 00 22 "
                                + "49 42 4D 20 20 20 20 20 "
                                + "55 4C 54 33 35 38 30 2D 54 44 38 20 20 20 20 20 "
                                + "44 52 56 30 30 30 30 30 30 30")
                .endsWith("44 52 56 30 30 30 30 30 30 31");
    }

    @Test
    void driveIdentitiesWithVolumeTags() {
        move(1000, 501);
        FakeReply reply = read("B8 14 01F4 0002 01 00FFFF 00 00");

        assertThat(reply.u16(8 + 2)).as("descriptor length").isEqualTo(86);
        assertThat(reply.u24(5)).isEqualTo(8 + 2 * 86);
        int second = 16 + 86;
        assertThat(
                        new String(
                                reply.data(),
                                second + 12,
                                8,
                                java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("CAP001L8");
        assertThat(reply.u8(second + 48)).isEqualTo(2);
        assertThat(reply.u8(second + 51)).isEqualTo(34);
    }

    @Test
    void identitiesAreAskedOfDrivesAlone() {
        assertThat(read("B8 12 03E8 0001 01 00FFFF 00 00").u16(10)).isEqualTo(52);
        assertThat(read("B8 11 0001 0001 01 00FFFF 00 00").u16(10)).isEqualTo(52);
    }

    @Test
    void importExportElements() {
        bench.place("CAP004L8", 10);
        host.clearUnitAttentions();
        move(1000, 11);

        assertThat(flags(10)).as("INENAB EXENAB ACCESS IMPEXP FULL").isEqualTo(0x3B);
        assertThat(flags(11)).as("placed by the picker: no IMPEXP").isEqualTo(0x39);
        assertThat(flags(12)).as("empty").isEqualTo(0x38);
        host.send("1B 00 000A 00 00");
        assertThat(flags(10)).as("open: no ACCESS").isEqualTo(0x33);
    }

    @Test
    void theMediumTransportElement() {
        assertThat(read("B8 11 0001 0001 00 00FFFF 00 00").hex())
                .startsWith("00 01 00 01 00 00 00 3C 01 80 00 34 00 00 00 34 00 01 00 00");
    }

    @Test
    void mediumTypes() {
        bench.place("CLN001L1", 1010);
        bench.place("CAP900LY", 1011, true);
        host.clearUnitAttentions();

        assertThat(descriptor(1000)[9]).as("data").isEqualTo((byte) 1);
        assertThat(descriptor(1010)[9]).as("cleaning").isEqualTo((byte) 2);
        assertThat(descriptor(1011)[9]).as("WORM").isEqualTo((byte) 4);
    }

    @Test
    void aDriveThatLostItsCartridgeIsAnException() {
        drive(0).loads(new LoadOutcome.Failed("broken"));
        drive(1).loads(new LoadOutcome.Failed("broken"));
        move(1000, 500);
        assertThat(isFull(1000)).as("carried back").isTrue();
        drive(0).loads(new LoadOutcome.Loaded());
        move(1000, 500);
        drive(0).loads(new LoadOutcome.Failed("broken"));
        move(500, 501);

        byte[] descriptor = descriptor(500);
        assertThat(descriptor[2]).as("ACCESS EXCEPT FULL").isEqualTo((byte) 0x0D);
        assertThat(descriptor[4]).isEqualTo((byte) 0x53);
        assertThat(descriptor[5]).isEqualTo((byte) 0x00);
    }

    @Test
    void allTypesComeByRisingAddress() {
        FakeReply reply = read("B8 00 0000 FFFF 00 00FFFF 00 00");

        assertThat(addresses(reply)).hasSize(27).isSorted().startsWith(1, 10).endsWith(1019);
        assertThat(reply.u16(0)).isEqualTo(1);
        assertThat(reply.u16(2)).isEqualTo(27);
        assertThat(reply.u24(5)).isEqualTo(4 * 8 + 27 * 16).isEqualTo(reply.data().length - 8);
    }

    @Test
    void startingAddressAndNumberLimitTheReport() {
        FakeReply reply = read("B8 00 000C 0004 00 00FFFF 00 00");

        assertThat(addresses(reply)).containsExactly(12, 13, 500, 501);
        assertThat(reply.u16(0)).isEqualTo(12);
        assertThat(reply.u16(2)).isEqualTo(4);
        assertThat(addresses(read("B8 02 03FA FFFF 00 00FFFF 00 00"))).containsExactly(1018, 1019);
        assertThat(addresses(read("B8 02 0000 0002 00 00FFFF 00 00"))).containsExactly(1000, 1001);
    }

    @Test
    void nothingToReportIsAHeaderOfZeros() {
        String nothing = "00 00 00 00 00 00 00 00";

        assertThat(read("B8 02 03FC FFFF 00 00FFFF 00 00").hex()).isEqualTo(nothing);
        assertThat(read("B8 00 0400 FFFF 00 00FFFF 00 00").hex()).isEqualTo(nothing);
        assertThat(read("B8 00 0000 0000 00 00FFFF 00 00").hex()).isEqualTo(nothing);
    }

    @Test
    void onlyWholeDescriptorsAreTransferredAndCountsStayFull() {
        FakeReply whole = read("B8 12 03E8 0003 00 00FFFF 00 00");
        assertThat(whole.data()).hasSize(8 + 8 + 3 * 52);

        FakeReply two = read("B8 12 03E8 0003 00 0000A3 00 00");
        assertThat(two.data()).hasSize(8 + 8 + 2 * 52).isEqualTo(prefix(whole, 120));
        FakeReply headers = read("B8 12 03E8 0003 00 000011 00 00");
        assertThat(headers.data()).isEqualTo(prefix(whole, 16));
        FakeReply header = read("B8 12 03E8 0003 00 00000F 00 00");
        assertThat(header.data()).isEqualTo(prefix(whole, 8));
        FakeReply lengthOnly = read("B8 12 03E8 0003 00 000008 00 00");
        assertThat(lengthOnly.u24(5)).isEqualTo(8 + 3 * 52);
        assertThat(read("B8 12 03E8 0003 00 000000 00 00").data()).isEmpty();
    }

    @Test
    void reservedTypesAndBitsAreRefused() {
        FakeReply type = read("B8 05 0000 FFFF 00 00FFFF 00 00");
        assertThat(type.outcome()).isEqualTo("05/24/00");
        assertThat(type.sense().encode()).endsWith(0xCB, 0x00, 0x01);
        assertThat(read("B8 00 0000 FFFF 08 00FFFF 00 00").outcome()).isEqualTo("05/24/00");
        assertThat(read("B8 00 0000 FFFF 00 00FFFF 01 00").outcome()).isEqualTo("05/24/00");
    }

    @Test
    void currentDataChangesNothing() {
        assertThat(read("B8 12 03E8 0001 02 00FFFF 00 00").hex())
                .isEqualTo(read("B8 12 03E8 0001 00 00FFFF 00 00").hex());
    }

    @Test
    void logicalUnitNumberInByteOneIsIgnored() {
        assertThat(read("B8 F2 03E8 0001 00 00FFFF 00 00").hex())
                .isEqualTo(read("B8 12 03E8 0001 00 00FFFF 00 00").hex());
    }

    private FakeReply read(String cdb) {
        return host.receive(cdb, 0xFFFF);
    }

    private static byte[] prefix(FakeReply reply, int lengthBytes) {
        return java.util.Arrays.copyOf(reply.data(), lengthBytes);
    }
}
