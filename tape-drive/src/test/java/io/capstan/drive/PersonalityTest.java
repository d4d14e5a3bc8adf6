package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonalityTest {

    private static final String MINIMAL =
            """
            name = ACME
            vendor-identification = ACME
            product-identification = TAPE
            product-revision = 1.0
            version-descriptors =
            read-write-cartridges = LTO-8
            read-only-cartridges =
            cleaning-cartridges =
            early-warning-megabytes = 100
            compression-algorithm = FF
            timeout-seconds.default = 30
            timeout-seconds.0A = 600
            """;

    private static Personality read(String text) throws IOException {
        return Personality.read("acme.properties", new StringReader(text));
    }

    @Test
    void builtInOnesAreThere() {
        assertThat(Personality.all())
                .extracting(Personality::name)
                .containsExactly(
                        "ULT3580-TD8",
                        "ULT3580-TD9",
                        "ULT3580-TDA",
                        "ULT3580-TD7",
                        "ULT3580-TD6",
                        "ULT3580-TD5",
                        "ULT3580-HH8",
                        "ULT3580-HH9",
                        "ULT3580-HHA",
                        "ULTRIUM-7",
                        "ULTRIUM-8",
                        "ULTRIUM-9",
                        "TAPE");
        Personality td8 = Personality.byName("ULT3580-TD8").orElseThrow();
        assertThat(td8.readWriteCartridges())
                .extracting(CartridgeType::name)
                .containsExactly("LTO-8", "M8", "LTO-7");
        assertThat(td8.ownCartridge().densityCode()).isEqualTo(0x5E);
        assertThat(Personality.byName("ULT3580-TD9").orElseThrow().readableCartridges())
                .extracting(CartridgeType::name)
                .containsExactly("LTO-9", "LTO-8");
        assertThat(Personality.byName("ULT3580-TD1")).isEmpty();
    }

    @Test
    void ltfsTakesTheFirmwareOfTheEighthGeneration() {
        String revision = Personality.byName("ULT3580-TD8").orElseThrow().productRevision();

        assertThat(revision).isGreaterThanOrEqualTo("HB81");
    }

    @Test
    void anAdministratorMayAddOne() throws IOException {
        Personality acme = read(MINIMAL);

        assertThat(acme.vendorIdentification()).isEqualTo("ACME");
        assertThat(acme.versionDescriptors()).isEqualTo(List.of());
        assertThat(acme.earlyWarningBytes()).isEqualTo(100_000_000);
        assertThat(acme.compressionAlgorithm()).isEqualTo(0xFF);
        assertThat(acme.functions())
                .as("what every drive has where the file does not say")
                .containsExactlyInAnyOrder(
                        DataFunction.COMPRESSION,
                        DataFunction.ENCRYPTION,
                        DataFunction.LOGICAL_BLOCK_PROTECTION,
                        DataFunction.WORM);
        assertThat(acme.timeout(0x0A)).isEqualTo(Duration.ofMinutes(10));
        assertThat(acme.timeout(0x08)).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = ACME| |acme.properties: name is missing",
                "read-write-cartridges = LTO-8|read-write-cartridges = LTO-1|acme.properties: line 6:"
                        + " read-write-cartridges names no cartridge: LTO-1",
                "read-write-cartridges = LTO-8|read-write-cartridges =|acme.properties: line 6:"
                        + " read-write-cartridges is empty",
                "vendor-identification = ACME|vendor-identification = ACMETAPES|acme.properties: line 2:"
                        + " vendor-identification is not 1 to 8 printable ASCII characters",
                "compression-algorithm = FF|compression-algorithm = 100|acme.properties: line 10:"
                        + " compression-algorithm is not between 0 and ff: 100",
                "early-warning-megabytes = 100|early-warning-megabytes = a lot|acme.properties: line 9:"
                        + " early-warning-megabytes is not a number: a lot",
                "timeout-seconds.0A = 600|timeout-seconds.write = 600|acme.properties: line 12:"
                        + " timeout-seconds.write is not for an operation code",
                "name = ACME|name = ACME\\nfunctions = worm, shredding|acme.properties: line 2:"
                        + " functions names no function: shredding",
                "name = ACME|name = ACME\\nnaem = ACME|acme.properties: line 2: naem is not known",
                "name = ACME|name = ACME\\nname = ACME|acme.properties: line 2: name is in line 1"
                        + " already",
                "name = ACME|name = ACME\\nlike = ACME-2|acme.properties: line 2: like names none"
                        + " that is there: ACME-2",
                "cleaning-cartridges =|cleaning-cartridges = LTO-8|acme.properties: line 8:"
                        + " cleaning-cartridges names no cleaning cartridge: LTO-8",
                "read-write-cartridges = LTO-8|read-write-cartridges = CLEANING|acme.properties:"
                        + " line 6: read-write-cartridges names no cartridge: CLEANING"
            })
    void aBadFileIsRefusedWithFileLineKeyAndReason(String line, String instead, String message) {
        String replacement = instead == null ? "" : instead.replace("\\n", "\n");

        assertThatThrownBy(() -> read(MINIMAL.replace(line + "\n", replacement + "\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
