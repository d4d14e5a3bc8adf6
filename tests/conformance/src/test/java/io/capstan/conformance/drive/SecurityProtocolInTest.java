package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** SECURITY PROTOCOL IN: which protocols and pages there are, and what they hold while nothing is encrypted. */
@Conformance(
        subject = "SECURITY PROTOCOL IN",
        standard = "SSC-4, Tape data encryption security protocol",
        clients = "stenc")
class SecurityProtocolInTest extends EncryptionConformance {

    @Test
    void protocols() {
        assertData(
                host.receive("A2 00 00 00 00 00 00 00 00 FF 00 00", 255),
                "00 00 00 00 00 00 00 02 00 20");
    }

    @Test
    void noCertificate() {
        assertData(host.receive("A2 00 00 01 00 00 00 00 00 FF 00 00", 255), "00 00 00 00");
    }

    @Test
    void pagesIn() {
        assertData(page(0x00), "00 00 00 10 00 00 00 01 00 10 00 11 00 12 00 20 00 21 00 30");
    }

    @Test
    void pagesOut() {
        assertData(page(0x01), "00 01 00 02 00 10");
    }

    @Test
    void capabilities() {
        assertData(
                page(0x10),
                """
                00 10 00 28 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                01 00 00 14 9A 90 00 20 00 0C 00 20 EB 00 00 00 00 00 00 00 00 01 00 14
                """);
    }

    @Test
    void capabilitiesWithoutAVolumeSayNothingOfIt() {
        drive.eject().join();
        assertThat(page(0x10).u8(24)).isEqualTo(0x1A);
        assertThat(page(0x10).u8(25)).isEqualTo(0x10);
    }

    @Test
    void keyFormats() {
        assertData(page(0x11), "00 11 00 01 00");
    }

    @Test
    void managementCapabilities() {
        assertData(page(0x12), "00 12 00 0C 01 04 00 07 00 00 00 00 00 00 00 00");
    }

    @Test
    void statusWhileNothingIsEncrypted() {
        assertData(
                page(0x20),
                "00 20 00 14 00 00 00 00 00 00 00 00 10 00 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void randomNumbersDiffer() {
        assertThat(page(0x30).data()).hasSize(36);
        assertThat(page(0x30).data()).isNotEqualTo(page(0x30).data());
    }

    @Test
    void allocationLengthCutsOff() {
        assertData(host.receive("A2 20 00 10 00 00 00 00 00 04 00 00", 255), "00 10 00 28");
        assertData(host.receive("A2 20 00 10 00 00 00 00 00 00 00 00", 255), "");
    }

    @Test
    void unknownProtocolsAndPagesAreRefused() {
        assertSense(
                host.receive("A2 21 00 00 00 00 00 00 00 FF 00 00", 255),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 01");
        assertSense(
                host.receive("A2 20 00 13 00 00 00 00 00 FF 00 00", 255),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");
        assertOutcome(host.receive("A2 00 00 02 00 00 00 00 00 FF 00 00", 255), "05/24/00");
    }

    @Test
    void lengthsInUnitsOf512BytesAreRefused() {
        assertOutcome(host.receive("A2 20 00 10 80 00 00 00 00 01 00 00", 512), "05/24/00");
    }

    @Test
    void nextBlockStatusNeedsAVolume() {
        drive.eject().join();
        assertOutcome(host.receive("A2 20 00 21 00 00 00 00 00 FF 00 00", 255), "02/3A/00");
    }

    @Test
    void nextBlockStatusLooksAheadAndStaysWhereItIs() {
        write(1, 1_000);
        writeFilemarks(1);
        assertData(page(0x21), "00 21 00 0C 00 00 00 00 00 00 00 02 02 00 00 00");
        rewind();
        assertData(page(0x21), "00 21 00 0C 00 00 00 00 00 00 00 00 03 00 00 00");
        assertThat(objectNumber()).isZero();
        locate(1);
        assertThat(nextBlock()).isEqualTo(2);
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(fileNumber()).isZero();
    }

    @Test
    void nextBlockStatusInFrontOfDamageCannotTell() {
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        write(1, 1_000);
        write(2, 1_000);
        rewind();
        tape.corruptObject(0, 0);
        assertThat(nextBlock()).isEqualTo(1);
        assertThat(objectNumber()).isZero();
    }
}
