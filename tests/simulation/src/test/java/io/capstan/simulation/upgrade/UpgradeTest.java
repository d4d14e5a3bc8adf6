package io.capstan.simulation.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.appliance.node.DataDirectory;
import io.capstan.appliance.node.StartException;
import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkPresence;
import io.capstan.medium.CatalogRebuild;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumCheck;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Data directories of every released version open with the software of today, and say what they said. */
class UpgradeTest {

    @TempDir Path directory;

    static Stream<String> versions() throws IOException, URISyntaxException {
        try (Stream<Path> all = Files.list(golden(""))) {
            return all.map(path -> String.valueOf(path.getFileName())).sorted().toList().stream();
        }
    }

    private static Path golden(String version) throws URISyntaxException {
        return Path.of(UpgradeTest.class.getResource("/io/capstan/simulation/golden").toURI())
                .resolve(version);
    }

    private Path copyOf(String version) throws IOException, URISyntaxException {
        Path copy = directory.resolve("data");
        GoldenDirectory.copy(golden(version), copy);
        Files.delete(copy.resolve(GoldenDirectory.LISTING));
        return copy;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everythingIsThere(String version) throws Exception {
        List<String> expected =
                Files.readAllLines(golden(version).resolve(GoldenDirectory.LISTING));

        try (DataDirectoryCopy node = new DataDirectoryCopy(copyOf(version))) {
            assertThat(node.listing()).isEqualTo(expected);
        }
        // Once more, as migrated and recovered.
        try (DataDirectoryCopy node = new DataDirectoryCopy(directory.resolve("data"))) {
            assertThat(node.listing()).isEqualTo(expected);
            assertThat(node.catalog().check(ChunkPresence.ASSUMED)).isEmpty();
        }
    }

    /** Whoever makes a new schema version makes a data directory of it: {@code make golden}. */
    @Test
    void theNewestVersionIsAmongThem() throws Exception {
        try (Catalog catalog =
                DataDirectoryCopy.openCatalog(
                        Files.createDirectory(directory.resolve("new")), new UUID(1, 1))) {
            assertThat(versions()).contains("v" + catalog.node().schemaVersion());
        }
    }

    /** On request; see {@link GoldenDirectory}. */
    @Test
    @EnabledIfSystemProperty(named = "capstan.golden", matches = ".+")
    void goldenDirectoryIsMade() throws Exception {
        Path target = Path.of(System.getProperty("capstan.golden"));
        assertThat(target).as("it never changes").doesNotExist();
        GoldenDirectory.make(target);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void writingGoesOn(String version) throws Exception {
        try (DataDirectoryCopy node = new DataDirectoryCopy(copyOf(version))) {
            Medium medium = node.mount("GLD005L8");
            medium.spaceToEndOfData();
            long end = medium.endOfData(0);
            medium.append(DataOut.of(new byte[5000]), 0, 5000);
            medium.close();
            assertThat(node.mount("GLD005L8").endOfData(0)).isEqualTo(end + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void catalogIsRebuiltFromTheFiles(String version) throws Exception {
        try (DataDirectoryCopy node = new DataDirectoryCopy(copyOf(version));
                Catalog rebuilt =
                        DataDirectoryCopy.openCatalog(
                                Files.createDirectory(directory.resolve("rebuilt")),
                                new UUID(2, 2))) {
            CatalogRebuild.Report report = CatalogRebuild.run(node.store(), node.io(), rebuilt);

            assertThat(report.cartridgeCount()).isEqualTo(labelCount());
            assertThat(MediumCheck.run(rebuilt, node.store(), node.io()))
                    .extracting(Object::toString)
                    .filteredOn(finding -> finding.contains("catalog: "))
                    .isEmpty();
        }
    }

    private long labelCount() throws IOException {
        try (Stream<Path> labels = Files.list(directory.resolve("data/store/labels"))) {
            return labels.count();
        }
    }

    @Test
    void dataDirectoryOfALaterVersionIsRefused() throws Exception {
        Path copy = copyOf("v1");
        Path properties = copy.resolve("node.properties");
        Files.writeString(
                properties, Files.readString(properties).replace("version=1", "version=7"));

        assertThatThrownBy(() -> DataDirectory.open(copy))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("is of version 7, this software reads version 1");
        assertThat(copy.resolve("lock")).doesNotExist();
    }

    @Test
    void damagedPropertiesAreNamed() throws Exception {
        Path copy = copyOf("v1");
        Files.writeString(copy.resolve("node.properties"), "version=\\u00zz");

        assertThatThrownBy(() -> DataDirectory.open(copy))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("node.properties is damaged");
    }
}
