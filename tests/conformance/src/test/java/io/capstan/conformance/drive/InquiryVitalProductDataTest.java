package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** INQUIRY, vital product data pages. */
@Conformance(
        subject = "VPD pages",
        standard = "SPC-4 and SSC-4, Vital product data parameters",
        clients = "sg3_utils")
class InquiryVitalProductDataTest extends DriveConformance {

    private FakeReply page(String code) {
        FakeReply reply = host.receive("12 01 " + code + " 00 FF 00", 255);
        assertGood(reply);
        return reply;
    }

    @Test
    void listsItsPages() {
        assertData(page("00"), "01 00 00 0C 00 80 83 86 87 88 B0 B1 B2 B3 B4 B5");
    }

    @Test
    void unitSerialNumber() {
        assertData(page("80"), "01 80 00 0A 30 30 30 37 38 31 32 33 34 35");
    }

    @Test
    void deviceIdentificationHasT10NaaAndPort() {
        FakeReply reply = page("83");

        String hex = reply.hex();
        assertThat(hex).startsWith("01 83 00 4E 02 01 00 22 49 42 4D 20 20 20 20 20");
        assertThat(Arrays.copyOfRange(reply.data(), 32, 42))
                .isEqualTo("0007812345".getBytes(StandardCharsets.US_ASCII));
        assertThat(reply.u32(42)).isEqualTo(0x01_03_00_08);
        assertThat(reply.u8(46) >> 4).isEqualTo(3);
        assertThat(reply.u64(54)).isEqualTo(0x01_14_00_04_00_00_00_01L);
        assertThat(reply.u32(62)).isEqualTo(0x01_13_00_08);
        assertThat(reply.u64(66)).isNotEqualTo(reply.u64(46));
        assertThat(reply.u64(74)).isEqualTo(0x01_15_00_04_00_00_00_01L);
        assertThat(reply.data()).hasSize(82);
    }

    @Test
    void namesAreStableAndDifferByDrive() {
        assertThat(DriveIdentity.of("0007812345").logicalUnitName())
                .isEqualTo(IDENTITY.logicalUnitName())
                .isEqualTo(0x348EBDF7016DEA13L)
                .isNotEqualTo(DriveIdentity.of("0007812346").logicalUnitName());
    }

    @Test
    void extendedInquiryDataSaysSimpleTasksAlone() {
        assertData(page("86"), "01 86 00 3C 08 01" + " 00".repeat(58));
    }

    @Test
    void modePagesAreSharedButThatOfBlockProtection() {
        assertData(page("87"), "01 87 00 08 0A F0 03 00 3F FF 00 00");
    }

    @Test
    void theOnePortHasTheNameThatTheIdentificationPageTells() {
        FakeReply reply = page("88");

        assertThat(reply.hex())
                .startsWith("01 88 00 18 00 00 00 01 00 00 00 00 00 00 00 0C 01 13 00 08");
        assertThat(reply.u64(20)).isEqualTo(page("83").u64(66));
    }

    @Test
    void sequentialAccessPages() {
        assertData(page("B0"), "01 B0 00 02 01 00");
        assertData(page("B1"), "01 B1 00 0A 30 30 30 37 38 31 32 33 34 35");
        assertData(page("B2"), "01 B2 00 08 FF FF FF FF FF FF FF FF");
        assertData(page("B3"), "01 B3 00 0E 30 30 30 37 38 39 39 39 39 39 5F 4C 4C 30");
        assertData(page("B4"), "01 B4 00 04 00 00 01 01");
    }

    @Test
    void outsideALibraryThereIsNoChangerToTellOf() {
        TapeDrive alone =
                TapeDrive.builder(
                                "drive0",
                                Personality.byName("ULT3580-TD8").orElseThrow(),
                                DriveIdentity.of("0007812345"))
                        .build();

        FakeReply reply = new FakeInitiator(alone, "initiator0").receive("12 01 00 00 FF 00", 255);

        assertData(reply, "01 00 00 0A 00 80 83 86 87 88 B0 B1 B2 B5");
    }

    @Test
    void refusesPagesThatAreNotThere() {
        assertSense(
                host.receive("12 01 C9 00 FF 00", 255),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");
    }

    @Test
    void logicalBlockProtectionMethods() {
        assertData(page("B5"), "01 B5 00 10 00 00 00 00 03 00 00 00 03 01 04 C0 03 02 04 C0");
    }
}
