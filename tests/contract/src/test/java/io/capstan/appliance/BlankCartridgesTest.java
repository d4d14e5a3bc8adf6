package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.changer.Transported;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.CartridgeStatus;
import io.capstan.medium.Retention;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V4: a library keeps its number of blank cartridges by itself. */
class BlankCartridgesTest {

    @TempDir Path directory;

    private Node node;

    @BeforeEach
    void start() throws Exception {
        node =
                TestNode.start(
                        TestNode.plan(
                                directory,
                                """
                                libraries:
                                  - name: lib0
                                    drives: {count: 1}
                                    storage-elements: 6
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: BLK, count: 1, medium: LTO-8, capacity: 100MiB}
                                blank-cartridges:
                                  - {library: lib0, prefix: BLK, at-least: 3, medium: LTO-8, capacity: 50MiB}
                                  - {library: lib0, prefix: IE, at-least: 1, arrive: import-export,
                                     keep-generations-days: 7, lock-days: 10}
                                """));
        node.blankCartridges().look();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private List<String> barcodes(String prefix) {
        return node.storage().catalog().read(view -> view.elements("lib0")).stream()
                .map(element -> element.volume().text())
                .filter(barcode -> barcode.startsWith(prefix))
                .sorted()
                .toList();
    }

    @Test
    void whatIsMissingIsMadeAndNoMore() throws Exception {
        node.blankCartridges().look();

        assertThat(barcodes("BLK")).containsExactly("BLK001L8", "BLK002L8", "BLK003L8");
        assertThat(barcodes("IE")).containsExactly("IE0001L8");
        assertThat(
                        node.storage()
                                .cartridges()
                                .status(new VolumeIdentifier("BLK002L8"))
                                .orElseThrow()
                                .description()
                                .nativeCapacityBytes())
                .isEqualTo(50 << 20);
        Optional<ElementLocation> element =
                node.storage()
                        .catalog()
                        .read(view -> view.elementOf(new VolumeIdentifier("IE0001L8")));
        assertThat(element).contains(new ElementLocation("lib0", TestNode.IMPORT_EXPORT));
    }

    /** V3, V4: with the retention that their rule says, from when each was made. */
    @Test
    void theyHaveTheRetentionOfTheirRule() throws Exception {
        CartridgeStatus made =
                node.storage().cartridges().status(new VolumeIdentifier("IE0001L8")).orElseThrow();

        assertThat(made.retention())
                .isEqualTo(
                        new Retention(
                                Optional.of(Duration.ofDays(7)),
                                Optional.of(made.created().plus(Duration.ofDays(10)))));
        assertThat(
                        node.storage()
                                .cartridges()
                                .status(new VolumeIdentifier("BLK002L8"))
                                .orElseThrow()
                                .retention())
                .isEqualTo(Retention.NONE);
    }

    @Test
    void oneThatIsWrittenIsMadeUpFor() {
        int written = write();
        node.blankCartridges().look();

        assertThat(barcodes("BLK")).hasSize(4);
        assertThat(library().move(DRIVE, written)).isEqualTo(new Transported());
        node.blankCartridges().look();
        assertThat(barcodes("BLK")).as("it is not blank in its slot either").hasSize(4);
    }

    /** Where there is no room it waits, and goes on when there is. */
    @Test
    void aFullLibraryGetsAsManyAsItHasRoomFor() {
        for (int i = 0; i < 3; i++) {
            int written = write();
            assertThat(library().move(DRIVE, written)).isEqualTo(new Transported());
            node.blankCartridges().look();
        }
        assertThat(barcodes("BLK")).hasSize(6);
        assertThat(library().move(firstBlank(), DRIVE)).isEqualTo(new Transported());
        node.blankCartridges().look();
        assertThat(barcodes("BLK")).as("the slot of the one in the drive is kept").hasSize(6);
    }

    /** Dead after it was decided which to make: they are made by the next look, and none stays on the shelf. */
    @Test
    void whatWasBegunIsFinished() throws Exception {
        node.storage()
                .catalog()
                .commit(change ->
                        change.putParameters(
                                "blank-cartridges/lib0/BLK",
                                "BLK007L8 BLK008L8".getBytes(StandardCharsets.US_ASCII)));
        node.blankCartridges().look();
        node.blankCartridges().look();

        assertThat(barcodes("BLK"))
                .containsExactly("BLK001L8", "BLK002L8", "BLK003L8", "BLK007L8", "BLK008L8");
    }

    private LibraryUnit library() {
        return TestNode.library(node);
    }

    private int firstBlank() {
        return node.storage().catalog().read(view -> view.elements("lib0")).stream()
                .filter(element -> element.location().address() >= TestNode.STORAGE)
                .filter(element -> isBlank(element))
                .mapToInt(element -> element.location().address())
                .min()
                .orElseThrow();
    }

    private boolean isBlank(ElementRecord element) {
        return node.storage()
                .catalog()
                .read(view ->
                        view.cartridge(element.volume())
                                .flatMap(cartridge -> view.container(cartridge.container())))
                .filter(container -> container.partitions().getFirst().endOfDataObject() == 0)
                .isPresent();
    }

    /** Loads a blank cartridge and writes a filemark. */
    private int write() {
        int slot = firstBlank();
        assertThat(library().move(slot, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        assertThat(TestNode.writeFilemark(host).isGood()).isTrue();
        return slot;
    }
}
