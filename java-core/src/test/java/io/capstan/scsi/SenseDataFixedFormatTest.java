package io.capstan.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Fixed format sense data against bytes written by hand from the table in SPC-4. */
class SenseDataFixedFormatTest {

    private static final SenseData FILEMARK =
            SenseData.of(SenseKey.NO_SENSE, AdditionalSense.FILEMARK_DETECTED).withFilemark();

    @Test
    void keyAndAdditionalSense() {
        assertThat(hex(SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT)))
                .isEqualTo("70 00 02 00 00 00 00 0A 00 00 00 00 3A 00 00 00 00 00");
    }

    @Test
    void deferredHasItsOwnResponseCode() {
        assertThat(
                        hex(
                                SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR)
                                        .withDeferred()))
                .isEqualTo("71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
    }

    @Test
    void filemarkWithResidual() {
        assertThat(hex(FILEMARK.withInformation(1024)))
                .isEqualTo("F0 00 80 00 00 04 00 0A 00 00 00 00 00 01 00 00 00 00");
    }

    @Test
    void incorrectLengthOfALongerBlockIsNegative() {
        SenseData longer =
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION)
                        .withIncorrectLength()
                        .withInformation(512 - 10240);

        assertThat(hex(longer)).isEqualTo("F0 00 20 FF FF DA 00 0A 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void earlyWarningWithAllStreamBits() {
        SenseData all =
                SenseData.of(
                                SenseKey.VOLUME_OVERFLOW,
                                AdditionalSense.END_OF_PARTITION_MEDIUM_DETECTED)
                        .withFilemark()
                        .withEndOfMedium()
                        .withIncorrectLength();

        assertThat(hex(all)).isEqualTo("70 00 ED 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00");
    }

    @Test
    void informationOfThirtyTwoBitsIsValidToBothEnds() {
        assertThat(hex(FILEMARK.withInformation(0xFFFF_FFFFL))).startsWith("F0 00 80 FF FF FF FF");
        assertThat(hex(FILEMARK.withInformation(Integer.MIN_VALUE)))
                .startsWith("F0 00 80 80 00 00 00");
        assertThat(hex(FILEMARK.withInformation(0))).startsWith("F0 00 80 00 00 00 00");
    }

    @Test
    void informationThatDoesNotFitIsNotValid() {
        assertThat(hex(FILEMARK.withInformation(0x1_0000_0000L)))
                .startsWith("70 00 80 00 00 00 00");
        assertThat(hex(FILEMARK.withInformation(-0x8000_0001L))).startsWith("70 00 80 00 00 00 00");
    }

    @Test
    void fieldPointerIntoTheCdb() {
        assertThat(hex(SenseData.invalidFieldInCdb(2, 5)))
                .isEqualTo("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CD 00 02");
        assertThat(hex(SenseData.invalidFieldInCdb(7)))
                .isEqualTo("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 07");
    }

    @Test
    void fieldPointerIntoTheParameterList() {
        assertThat(hex(SenseData.invalidFieldInParameterList(0x0104)))
                .isEqualTo("70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 01 04");
        assertThat(hex(SenseData.invalidFieldInParameterList(12, 7)))
                .isEqualTo("70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 8F 00 0C");
    }

    @Test
    void progressIndication() {
        SenseData formatting =
                SenseData.of(
                                SenseKey.NOT_READY,
                                AdditionalSense.LOGICAL_UNIT_NOT_READY_FORMAT_IN_PROGRESS)
                        .withProgress(0x8000);

        assertThat(hex(formatting))
                .isEqualTo("70 00 02 00 00 00 00 0A 00 00 00 00 04 04 00 80 80 00");
        assertThat(hex(formatting.withProgress(65536))).endsWith("80 FF FF");
        assertThat(hex(formatting.withProgress(-1))).endsWith("80 00 00");
    }

    private static String hex(SenseData sense) {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(sense.encode());
    }
}
