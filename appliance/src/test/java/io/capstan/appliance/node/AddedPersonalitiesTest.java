package io.capstan.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.changer.ChangerPersonality;
import io.capstan.config.ConfigException;
import io.capstan.config.Configuration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changers, drives and cartridges that an administrator describes in files and names in the configuration. */
final class AddedPersonalitiesTest {

    @TempDir Path directory;

    private Path changers;

    @BeforeEach
    void makeDirectory() throws IOException {
        changers = Files.createDirectories(directory.resolve("changer"));
    }

    @Test
    void aLibraryCanBeBuiltOfIt() throws IOException {
        write("acme-box.properties", template().replace("= STK", "= ACME"));

        NodePlan plan = plan();

        assertThat(plan.libraries().getFirst().personality().vendorIdentification())
                .isEqualTo("ACME");
    }

    @Test
    void everyBadFileIsReportedWithItsReason() throws IOException {
        write("acme-box.properties", template().replace("version = 3", "version = three"));
        write("stk-l700.properties", template());
        write("Acme.properties", template());

        assertThatThrownBy(this::plan)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "acme-box.properties: line 12: version is not a number: three")
                .hasMessageContaining("there is a changer personality stk-l700 already")
                .hasMessageContaining("must be named by 1 to 32 of a-z, 0-9 and '-'")
                .hasMessageContaining("'acme-box' is not one of");
    }

    @Test
    void aMissingDirectoryIsReported() throws IOException {
        Files.delete(changers);
        Files.delete(directory);

        assertThatThrownBy(this::plan).hasMessageContaining("there is no directory " + directory);
    }

    @Test
    void drivesAndCartridgesCanBeAddedWithoutChangers() throws IOException {
        Files.delete(changers);
        add(
                "cartridge/small.properties",
                """
                like = LTO-8
                name = SMALL
                density-code = 7E
                barcode-suffix-data = S8
                barcode-suffix-worm = SW
                native-capacity-megabytes = 1000
                """);
        add(
                "drive/acme.properties",
                """
                like = ULT3580-TD8
                name = T1
                vendor-identification = ACME
                read-write-cartridges = SMALL, LTO-8
                """);

        NodePlan plan =
                plan(
                        """
                        {name: lib0, drives: {count: 1, personality: acme-t1},
                          cartridges: [{prefix: CAP, count: 1, medium: SMALL}]}
                        """);

        LibraryPlan library = plan.libraries().getFirst();
        assertThat(library.drives().getFirst().personality().ownCartridge().name())
                .isEqualTo("SMALL");
        assertThat(library.firstCartridges().getFirst().volumes().getFirst().text())
                .isEqualTo("CAP001S8");
        assertThat(library.firstCartridges().getFirst().capacityBytes()).isEqualTo(1_000_000_000);
    }

    @Test
    void aBadDriveIsReportedWithFileLineKeyAndReason() throws IOException {
        add(
                "drive/acme.properties",
                "like = ULT3580-TD8\nname = T1\ncompression-algorithm = XYZ\n");

        assertThatThrownBy(this::plan)
                .hasMessageContaining(
                        "acme.properties: line 3: compression-algorithm is not a number: XYZ");
    }

    private void add(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text, StandardCharsets.US_ASCII);
    }

    private NodePlan plan() {
        return plan("{name: lib0, personality: acme-box}");
    }

    private NodePlan plan(String library) {
        InstalledEquipment equipment = new InstalledEquipment();
        String text = "personality-dir: %s\nlibraries:\n  - %s".formatted(directory, library);
        return NodePlan.of(Configuration.parse("test.yaml", text, equipment), equipment);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(changers.resolve(name), text, StandardCharsets.US_ASCII);
    }

    private static String template() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(
                        ChangerPersonality.class.getResourceAsStream(
                                "personality/stk-l700.properties"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
