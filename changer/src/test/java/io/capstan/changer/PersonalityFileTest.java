package io.capstan.changer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

final class PersonalityFileTest {

    private static final String VALID =
            """
            vendor-identification = ACME
            product-identification = BOX
            product-revision-level = 1
            version = 5
            inquiry-length-bytes = 58
            inquiry-byte.6 = 20h
            version-descriptors = 00A0 0460
            inquiry-serial-number-offset = 38
            serial-number-length-bytes = 12
            serial-number-zero-filled = true
            serial-number-with-storage-address = true
            serial-number-suffix = _X
            device-identification = true
            vpd-page.C0h = 01 02 \\
              0304
            drive-identifier-with-product = false
            medium-transport-address = 1
            import-export-address = 10h
            data-transfer-address = 100h
            storage-address = 1000h
            unload-by-host-required = true
            """;

    @Test
    void everyKeyIsRead() throws IOException {
        ChangerPersonality personality = read(VALID);

        assertThat(personality.name()).isEqualTo("acme");
        assertThat(personality.vendorIdentification()).isEqualTo("ACME");
        assertThat(personality.version()).isEqualTo(5);
        assertThat(personality.inquiryBytes()).containsOnlyKeys(6).containsValue(0x20);
        assertThat(personality.inquirySerialNumberOffset()).hasValue(38);
        assertThat(personality.firstStorageAddress()).isEqualTo(0x1000);
        assertThat(personality.unloadByHostRequired()).isTrue();
        assertThat(personality.deviceIdentification()).isTrue();
        assertThat(personality.driveIdentifierWithProduct()).isFalse();
        assertThat(personality.versionDescriptors()).containsExactly(0x00A0, 0x0460);
        assertThat(personality.vendorPages()).containsOnlyKeys(0xC0);
        assertThat(personality.vendorPage(0xC0)).containsExactly(1, 2, 3, 4);
        assertThat(personality.formatUnitSerialNumber("77")).isEqualTo("000000000077_X1000");
    }

    @Test
    void problemsNameFileLineAndKey() {
        assertProblem(VALID.replace("version = 5\n", ""), "test: version is missing");
        assertProblem(VALID + "colour = red\n", "test: line 22: colour is not known");
        assertProblem(
                VALID.replace("10h", "1x"),
                "test: line 18: import-export-address is not a number: 1x");
        assertProblem(
                VALID.replace("version = 5", "version = 256"),
                "test: line 4: version is not between 0 and 255: 256");
        assertProblem(
                VALID.replace("bytes = 58", "bytes = 35"),
                "test: line 5: inquiry-length-bytes is not between 36 and 96: 35");
        assertProblem(
                VALID.replace("required = true", "required = yes"),
                "test: line 21: unload-by-host-required is neither true nor false");
        assertProblem(
                VALID.replace("ACME", "ACMEACMEX"),
                "test: line 1: vendor-identification is not 1 to 8 printable ASCII characters");
        assertProblem(
                VALID.replace("inquiry-byte.6", "inquiry-byte.3"),
                "test: line 6: inquiry-byte.3 is not vendor specific");
        assertProblem(
                VALID.replace("00A0 0460", "A0"),
                "test: line 7: version-descriptors is not 1 to 8 values of four hexadecimal digits");
        assertProblem(
                VALID.replace("vpd-page.C0h", "vpd-page.B0h"),
                "test: line 14: vpd-page.B0h is not vendor specific");
        assertProblem(
                VALID.replace("01 02", "0"),
                "test: line 14: vpd-page.C0h is not 1 to 252 bytes in hexadecimal");
        assertProblem(
                VALID + "\n# again\nversion = 5\n", "test: line 24: version is in line 4 already");
        assertProblem(VALID + "x = \\u00g0", "test: Malformed \\uxxxx encoding.");
    }

    @Test
    void thereAreThosePersonalitiesWithTheseNames() {
        for (String name : ChangerPersonality.names()) {
            assertThat(ChangerPersonality.named(name).name()).isEqualTo(name);
            assertThat(ChangerPersonality.named(name).unloadByHostRequired()).isFalse();
        }
        assertThatThrownBy(() -> ChangerPersonality.named("adic-100"))
                .hasMessageContaining("'adic-100'; there are [capstan, hp-msl-g3,");
    }

    @Test
    void serialNumbersAreWrittenAsTheVendorDoes() {
        assertThat(ChangerPersonality.named("stk-l700").formatUnitSerialNumber("LIB0"))
                .isEqualTo("LIB0        ");
        assertThat(ChangerPersonality.named("ibm-03584l32").formatUnitSerialNumber("78A1234"))
                .isEqualTo("0000078A12340400");
        assertThatThrownBy(() ->
                        new LibraryConfiguration(
                                "lib0",
                                ChangerPersonality.named("stk-l700"),
                                "1234567890123",
                                1,
                                0))
                .hasMessageContaining("1 to 12 letters");
    }

    private static void assertProblem(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static ChangerPersonality read(String text) throws IOException {
        return new PersonalityFile("test", new StringReader(text)).personality("acme");
    }
}
