package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonalitiesTest {

    private final List<String> problems = new ArrayList<>();

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ULT3580-TD5|LTO-5 LTO-4|LTO-3",
                "ULT3580-TD6|LTO-6 LTO-5|LTO-4",
                "ULT3580-TD7|LTO-7 LTO-6|LTO-5",
                "ULT3580-TD8|LTO-8 M8 LTO-7|''",
                "ULT3580-HH8|LTO-8 M8 LTO-7|''",
                "ULT3580-TD9|LTO-9 LTO-8|''",
                "ULT3580-HH9|LTO-9 LTO-8|''",
                "ULT3580-TDA|LTO-10 LTO-10P|''",
                "ULT3580-HHA|LTO-10 LTO-10P|''",
                "ULTRIUM-7|LTO-7 LTO-6|LTO-5",
                "ULTRIUM-8|LTO-8 M8 LTO-7|''",
                "ULTRIUM-9|LTO-9 LTO-8|''"
            })
    void whichDriveReadsAndWritesWhichCartridge(String drive, String writes, String reads) {
        Personality personality = Personalities.builtIn().drive(drive).orElseThrow();

        assertThat(names(personality.readWriteCartridges())).isEqualTo(writes);
        assertThat(names(personality.readOnlyCartridges())).isEqualTo(reads);
        assertThat(names(personality.cleaningCartridges())).isEqualTo("CLEANING");
    }

    @ParameterizedTest
    @CsvSource({
        "TST001L3, LTO-3, false",
        "TST001LT, LTO-3, true",
        "TST001L6, LTO-6, false",
        "TST001M8, M8, false",
        "TST001LZ, LTO-9, true",
        "TST001LA, LTO-10, false",
        "TST001PA, LTO-10P, false",
        "TST001CU, CLEANING, false",
        "CLN001L8, CLEANING, false"
    })
    void aLabelTellsTheType(String label, String type, boolean worm) {
        VolumeIdentifier volume = new VolumeIdentifier(label);
        CartridgeType found = Personalities.builtIn().cartridgeType(volume).orElseThrow();

        assertThat(found.name()).isEqualTo(type);
        assertThat(found.isWormLabel(volume)).isEqualTo(worm);
    }

    @Test
    void anAdministratorAddsACartridgeAndADriveThatTakesIt() throws IOException {
        write(
                "cartridge/lto-8-small.properties",
                """
                like = LTO-8
                name = SMALL
                density-code = 7E
                barcode-suffix-data = S8
                barcode-suffix-worm = SW
                native-capacity-megabytes = 100000
                """);
        write(
                "drive/acme.properties",
                """
                like = ULT3580-TD9
                name = ACME-9
                vendor-identification = ACME
                read-write-cartridges = LTO-9, SMALL
                """);

        Personalities all = Personalities.builtIn().with(directory, problems);

        assertThat(problems).isEmpty();
        Personality acme = all.drive("ACME-9").orElseThrow();
        assertThat(acme.productIdentification()).isEqualTo("ULT3580-TD9");
        assertThat(acme.timeout(0x04)).isEqualTo(Duration.ofMinutes(150));
        assertThat(acme.timeout(0x0A)).isEqualTo(Duration.ofMinutes(26));
        assertThat(acme.readWriteCartridges().getLast().nativeCapacityBytes())
                .isEqualTo(100_000_000_000L);
        assertThat(Personalities.builtIn().drive("ACME-9")).isEmpty();
    }

    @Test
    void whatIsWrongIsNamedFileByFile() throws IOException {
        write("cartridge/a.properties", "like = LTO-8\nname = LTO-8\n");
        write("cartridge/b.properties", "like = LTO-8\nname = B\n");
        write("drive/c.properties", "like = TD8\n");
        write("drive/d.properties", "like = ULT3580-TD8\nname = D\nproduct-revision = 12345\n");

        Personalities all = Personalities.builtIn().with(directory, problems);

        assertThat(problems)
                .containsExactly(
                        directory + "/cartridge/a.properties: line 2: name is taken: LTO-8",
                        directory + "/cartridge/b.properties: density-code is that of LTO-8",
                        directory
                                + "/drive/c.properties: line 1: like names none that is there: TD8",
                        directory
                                + "/drive/d.properties: line 3: product-revision is not 1 to 4"
                                + " printable ASCII characters");
        assertThat(all.drives()).isEqualTo(Personalities.builtIn().drives());
    }

    @Test
    void aDirectoryThatIsNotThereAddsNothing() {
        assertThat(Personalities.builtIn().with(directory.resolve("none"), problems).drives())
                .isEqualTo(Personalities.builtIn().drives());
        assertThat(problems).isEmpty();
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String names(List<CartridgeType> types) {
        return String.join(" ", types.stream().map(CartridgeType::name).toList());
    }
}
