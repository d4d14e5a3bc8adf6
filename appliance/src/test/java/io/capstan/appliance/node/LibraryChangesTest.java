package io.capstan.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.changer.ElementsOutcome;
import io.capstan.changer.Transported;
import io.capstan.config.Configuration;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elements and drives that operators add to a node that runs, and what a restart makes of them. */
final class LibraryChangesTest {

    private static final ElementsOutcome CHANGED = new ElementsOutcome.Changed();

    @TempDir Path directory;

    @Test
    void whatWasAddedIsThereAfterARestart() throws Exception {
        String serialNumber;
        try (Node node = start(10)) {
            LibraryUnit library = node.libraries().getFirst();
            assertThat(library.resize(12, 3)).isEqualTo(CHANGED);
            assertThat(node.addDrive(library, like(library, Optional.of("OWNSERIAL1"))))
                    .isEqualTo(CHANGED);
            assertThat(node.addDrive(library, like(library, Optional.empty()))).isEqualTo(CHANGED);
            serialNumber = library.drives().getLast().serialNumber();
            assertThat(library.move(1000, 502)).isEqualTo(new Transported());
            assertThat(library.move(1001, 1011)).isEqualTo(new Transported());
        }
        try (Node node = start(10)) {
            LibraryUnit library = node.libraries().getFirst();
            assertThat(library.configuration().storageCount()).isEqualTo(12);
            assertThat(library.configuration().importExportCount()).isEqualTo(3);
            assertThat(library.drives()).hasSize(3);
            assertThat(library.drives().get(1).serialNumber()).isEqualTo("OWNSERIAL1");
            assertThat(library.drives().getLast().serialNumber()).isEqualTo(serialNumber);
            assertThat(library.drives().getLast().status().join().volumeIdentifier())
                    .as("loaded again")
                    .isPresent();
            assertThat(library.move(502, 1000)).isEqualTo(new Transported());
            assertThat(node.removeDrive(library, library.drives().getLast())).isEqualTo(CHANGED);
        }
        try (Node node = start(10)) {
            assertThat(node.libraries().getFirst().drives()).hasSize(2);
        }
    }

    @Test
    void aChangedConfigurationCounts() throws Exception {
        try (Node node = start(10)) {
            assertThat(node.libraries().getFirst().resize(12, 3)).isEqualTo(CHANGED);
        }
        try (Node node = start(11)) {
            assertThat(node.libraries().getFirst().configuration().storageCount()).isEqualTo(11);
        }
    }

    @Test
    void onlyTheLastDriveCanGo() throws Exception {
        try (Node node = start(10)) {
            LibraryUnit library = node.libraries().getFirst();
            node.addDrive(library, like(library, Optional.empty()));

            DriveUnit first = library.drives().getFirst();
            assertThat(node.removeDrive(library, first))
                    .isEqualTo(
                            new ElementsOutcome.NoRoom(
                                    "only the last drive of a library can be removed, and lib0/drive0 is not that"));
        }
    }

    @Test
    void aSerialNumberIsThereOnce() throws Exception {
        try (Node node = start(10)) {
            LibraryUnit library = node.libraries().getFirst();
            String taken = library.drives().getFirst().serialNumber();

            assertThatThrownBy(() -> node.addDrive(library, like(library, Optional.of(taken))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lib0/drive0 has serial number " + taken + " already");
            assertThat(library.drives()).hasSize(1);
        }
    }

    private static LibraryPlan.Drive like(LibraryUnit library, Optional<String> serialNumber) {
        return new LibraryPlan.Drive(library.drives().getFirst().personality(), serialNumber);
    }

    private Node start(int storageElements) throws Exception {
        InstalledEquipment equipment = new InstalledEquipment();
        String text =
                """
                data-dir: %s
                kernel: {enabled: off}
                store: {reserve: 0B}
                catalog: {map-size-initial: 16MiB}
                libraries:
                  - name: lib0
                    drives: {count: 1}
                    storage-elements: %d
                    cartridges: [{count: 3, capacity: 64MiB}]
                """
                        .formatted(directory, storageElements);
        return Node.start(
                NodePlan.of(Configuration.parse("test.yaml", text, equipment), equipment),
                InstantSource.system(),
                UUID::randomUUID);
    }
}
