package io.capstan.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Descriptor format sense data against bytes written by hand from the tables in SPC-4. */
class SenseDataDescriptorFormatTest {

    @Test
    void withoutDescriptors() {
        SenseData sense = SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT);

        assertThat(hex(sense)).isEqualTo("72 02 3A 00 00 00 00 00");
        assertThat(hex(sense.withDeferred())).isEqualTo("73 02 3A 00 00 00 00 00");
    }

    @Test
    void withInformationAndStreamBits() {
        SenseData sense =
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.FILEMARK_DETECTED)
                        .withFilemark()
                        .withInformation(-2);

        assertThat(hex(sense))
                .isEqualTo(
                        "72 00 00 01 00 00 00 10"
                                + " 00 0A 80 00 FF FF FF FF FF FF FF FE"
                                + " 04 02 00 80");
    }

    @Test
    void withInformationOfSixtyFourBits() {
        SenseData sense =
                SenseData.of(SenseKey.BLANK_CHECK, AdditionalSense.END_OF_DATA_DETECTED)
                        .withInformation(0x0102030405060708L);

        assertThat(hex(sense))
                .isEqualTo("72 08 00 05 00 00 00 0C 00 0A 80 00 01 02 03 04 05 06 07 08");
    }

    @Test
    void withFieldPointer() {
        assertThat(hex(SenseData.invalidFieldInCdb(2, 5)))
                .isEqualTo("72 05 24 00 00 00 00 08 02 06 00 00 CD 00 02 00");
    }

    private static String hex(SenseData sense) {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(sense.encodeDescriptorFormat());
    }
}
