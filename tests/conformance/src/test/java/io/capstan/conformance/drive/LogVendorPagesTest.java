package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Log pages 06h, 0Dh and 1Ah, and 33h, 34h, 37h, 38h and 3Dh as IBM drives have them. */
@Conformance(
        subject = "log pages 06h, 0Dh, 1Ah, 33h, 34h, 37h, 38h, 3Dh",
        standard = "SPC-4, and vendor specific (IBM)",
        clients = "sg3_utils")
class LogVendorPagesTest extends DriveConformance {

    private String page(String code) {
        return host.receive("4D 00 " + code + " 00 00 00 00 10 00 00", 4096).hex();
    }

    @Test
    void nonMediumErrorsAreCounted() {
        assertThat(page("46")).isEqualTo("86 00 00 08 00 00 00 04 00 00 00 00");
    }

    @Test
    void thereIsNothingToMeasureATemperatureOf() {
        assertThat(page("4D")).isEqualTo("8D 00 00 0C 00 00 03 02 00 FF 00 01 03 02 00 FF");
    }

    @Test
    void thereAreNoPowerConditions() {
        assertThat(page("5A")).startsWith("9A 00 00 30 00 01 00 04 00 00 00 00 00 02 00 04");
    }

    @Test
    void retriesDoNotHappen() {
        assertThat(page("73")).startsWith("B3 00 00 6C 00 00 00 02 00 00 00 01 00 02 00 00");
        assertThat(page("74")).startsWith("B4 00 00 BA 00 00 00 02 00 00 00 01 00 02 00 00");
    }

    @Test
    void efficiencyIsTheBestThereIsAndUnknownWithoutAMedium() {
        assertThat(page("77")).isEqualTo("B7 00 00 0A 00 00 03 01 01 00 01 03 01 01");
        drive.eject().join();
        assertThat(page("77")).isEqualTo("B7 00 00 0A 00 00 03 01 01 00 01 03 01 00");
    }

    @Test
    void blocksAndKibibytesOfTheHost() {
        write(1, 2048);
        write(2, 1024);
        rewind();
        read(2048);

        assertThat(page("78"))
                .isEqualTo(
                        "B8 00 00 30 00 00 00 08 00 00 00 00 00 00 00 02"
                                + " 00 01 00 08 00 00 00 00 00 00 00 03"
                                + " 00 02 00 08 00 00 00 00 00 00 00 01"
                                + " 00 03 00 08 00 00 00 00 00 00 00 02");
        assertGood(host.send("4C 02 78 00 00 00 00 00 00 00"));
        assertThat(page("78")).startsWith("B8 00 00 30 00 00 00 08 00 00 00 00 00 00 00 00");
    }

    @Test
    void megabytesOfCartridgeAndDrive() {
        write(1, 3_000_000);

        assertThat(page("7D"))
                .isEqualTo(
                        "BD 00 00 40 00 20 00 04 00 00 00 01"
                                + " 00 21 00 08 00 00 00 00 00 00 00 03"
                                + " 00 22 00 08 00 00 00 00 00 00 00 00"
                                + " 00 40 00 04 00 00 00 01"
                                + " 00 41 00 08 00 00 00 00 00 00 00 03"
                                + " 00 42 00 08 00 00 00 00 00 00 00 00");
    }
}
