package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** MODE SELECT(6) and (10) of header and block descriptor, as mt setblk and setdensity send them. */
@Conformance(
        subject = "MODE SELECT, block descriptor",
        standard = "SSC-4, Mode parameters",
        clients = {"st", "mt"})
class ModeSelectBlockDescriptorTest extends DriveConformance {

    private String select(String deviceSpecific, String density, String blockLength) {
        return host.send(
                        "15 10 00 00 0C 00",
                        "00 00 %s 08 %s 00 00 00 00 %s"
                                .formatted(deviceSpecific, density, blockLength))
                .outcome();
    }

    private int blockLength() {
        return host.receive("1A 00 00 00 0C 00", 12).u24(9);
    }

    @Test
    void setsTheBlockLength() {
        assertThat(select("10", "5E", "00 02 00")).isEqualTo("GOOD");
        assertThat(blockLength()).isEqualTo(512);
        assertThat(select("10", "5E", "00 00 00")).isEqualTo("GOOD");
        assertThat(blockLength()).isZero();
    }

    @Test
    void tenByteListDoesTheSame() {
        assertGood(
                host.send(
                        "55 10 00 00 00 00 00 00 10 00",
                        "00 00 00 10 00 00 00 08 00 00 00 00 00 00 10 00"));
        assertThat(blockLength()).isEqualTo(4096);
    }

    @Test
    void takesTheDensityOfTheMediumTheDefaultAndNoChange() {
        assertThat(select("10", "5E", "00 00 00")).isEqualTo("GOOD");
        assertThat(select("10", "00", "00 00 00")).isEqualTo("GOOD");
        assertThat(select("10", "7F", "00 00 00")).isEqualTo("GOOD");
    }

    @Test
    void refusesAnotherDensityAndChangesNothing() {
        assertSense(
                host.send("15 10 00 00 0C 00", "00 00 10 08 5C 00 00 00 00 00 02 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 04");
        assertThat(blockLength()).isZero();
    }

    @Test
    void refusesABlockLengthOverTheLimit() {
        assertThat(select("10", "00", "80 00 00")).isEqualTo("GOOD");
        assertSense(
                host.send("15 10 00 00 0C 00", "00 00 10 08 00 00 00 00 00 80 00 01"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 09");
        assertThat(blockLength()).isEqualTo(0x80_00_00);
    }

    @Test
    void refusesSpeedsAndBufferedModesThatAreNotThere() {
        assertThat(select("11", "00", "00 00 00")).isEqualTo("05/26/00");
        assertThat(select("20", "00", "00 00 00")).isEqualTo("05/26/00");
    }

    @Test
    void ignoresTheWriteProtectBit() {
        assertThat(select("90", "00", "00 00 00")).isEqualTo("GOOD");
        assertGood(write(1, 512));
    }

    @Test
    void aHeaderAloneLeavesTheBlockLength() {
        setBlockLength(512);
        assertGood(host.send("15 10 00 00 04 00", "00 00 10 00"));
        assertThat(blockLength()).isEqualTo(512);
    }

    @Test
    void takesTheMediumTypeOfTheMediumOrZero() {
        assertGood(host.send("15 10 00 00 04 00", "00 88 10 00"));
        assertOutcome(host.send("15 10 00 00 04 00", "00 78 10 00"), "05/26/00");
    }

    @Test
    void otherInitiatorsAreTold() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();

        select("10", "00", "00 02 00");

        assertOutcome(other.send("00 00 00 00 00 00"), "06/2A/01");
        assertGood(testUnitReady());
        select("10", "00", "00 02 00");
        assertGood(other.send("00 00 00 00 00 00"));
    }

    @Test
    void refusesAShortList() {
        assertOutcome(host.send("15 10 00 00 0C 00", "00 00 10 08 00 00"), "05/1A/00");
        assertThat(blockLength()).isZero();
    }
}
