package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MountOutcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V1, V5: libraries of one node, each a changer of its own with its elements, drives, personality and tier; and the content
 * of a cartridge, which is where the cartridge is, and nowhere else.
 */
class SeveralLibrariesTest {

    private static final int BLOCK_BYTES = 64 << 10;

    @TempDir Path directory;

    private Node node;

    @BeforeEach
    void start() throws Exception {
        node =
                TestNode.start(
                        TestNode.plan(
                                directory.resolve("data"),
                                """
                                libraries:
                                  - name: lib0
                                    drives: {count: 2}
                                    storage-elements: 10
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: AAA, count: 2, medium: LTO-8, capacity: 100MiB}
                                  - name: lib1
                                    personality: ibm-3573-tl
                                    drives: {count: 1}
                                    storage-elements: 6
                                    import-export-elements: 1
                                    cartridges:
                                      - {prefix: BBB, count: 1, medium: LTO-8, capacity: 100MiB}
                                  - name: vault0
                                    drives: {count: 0}
                                    storage-elements: 5
                                    import-export-elements: 1
                                tiers:
                                  - {name: cold, kind: vault, directory: %s, libraries: [vault0]}
                                """
                                        .formatted(directory.resolve("vault"))));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** V1: what a host sees of one library is what that library has, whatever the others have and do. */
    @Test
    void eachLibraryIsAChangerOfItsOwn() {
        assertThat(products()).containsExactly(inquiry("lib0"), "3573-TL", inquiry("vault0"));
        assertThat(inquiry("lib0")).isNotEqualTo("3573-TL");
        assertThat(volumes("lib0")).containsExactly("AAA001L8", "AAA002L8");
        assertThat(volumes("lib1")).containsExactly("BBB001L8");
        assertThat(volumes("vault0")).isEmpty();
        assertThat(library("lib0").drives()).hasSize(2);
        assertThat(library("lib1").drives()).hasSize(1);
        assertThat(library("vault0").drives()).isEmpty();
        assertThat(List.of("lib0", "lib1", "vault0"))
                .extracting(name -> node.tiers().tierOf(name))
                .containsExactly(TierCopyRecord.ACTIVE, TierCopyRecord.ACTIVE, "cold");

        FakeInitiator host = TestNode.changerHost(library("lib0"));
        assertThat(TestNode.move(host, STORAGE, DRIVE).isGood()).isTrue();
        assertThat(volumes("lib1")).containsExactly("BBB001L8");
        assertThat(library("lib1").inventory())
                .noneMatch(
                        element -> element.type() == ElementType.DATA_TRANSFER && element.full());
        assertThat(TestNode.changerHost(library("lib1")).send("00 00 00 00 00 00").isGood())
                .as("nothing that concerns it")
                .isTrue();
    }

    /** V5: the content comes with the cartridge and goes with it: a drive has what was loaded last, or nothing. */
    @Test
    void contentIsReachedThroughTheDriveThatHasTheCartridgeAlone() throws Exception {
        FakeInitiator changer = TestNode.changerHost(library("lib0"));
        FakeInitiator first = TestNode.driveHost(node, 0);
        FakeInitiator second = TestNode.driveHost(node, 1);
        assertThat(TestNode.move(changer, STORAGE, DRIVE).isGood()).isTrue();
        first.clearUnitAttentions();
        TestNode.writeFile(first, 0, 3, BLOCK_BYTES);
        assertThat(TestNode.read(second, BLOCK_BYTES).outcome()).isEqualTo("02/3A/00");
        assertThat(mount("AAA001L8")).isInstanceOf(MountOutcome.InUse.class);

        assertThat(TestNode.move(changer, DRIVE, DRIVE + 1).isGood()).isTrue();
        first.clearUnitAttentions();
        second.clearUnitAttentions();
        assertThat(TestNode.read(first, BLOCK_BYTES).outcome()).isEqualTo("02/3A/00");
        assertThat(TestNode.write(first, TestNode.record(9, BLOCK_BYTES)).outcome())
                .isEqualTo("02/3A/00");
        TestNode.readRecords(second, 0, 3, BLOCK_BYTES);

        assertThat(TestNode.move(changer, STORAGE + 1, DRIVE).isGood()).isTrue();
        first.clearUnitAttentions();
        assertThat(TestNode.read(first, BLOCK_BYTES).outcome())
                .as("the other cartridge is blank")
                .startsWith("08/");
        assertThat(TestNode.move(changer, DRIVE + 1, STORAGE).isGood()).isTrue();
        second.clearUnitAttentions();
        assertThat(TestNode.read(second, BLOCK_BYTES).outcome()).isEqualTo("02/3A/00");
        assertThat(mount("AAA001L8")).isInstanceOf(MountOutcome.Mounted.class);
    }

    private MountOutcome mount(String barcode) throws Exception {
        MountOutcome outcome = node.storage().cartridges().mount(new VolumeIdentifier(barcode));
        if (outcome instanceof MountOutcome.Mounted(var medium)) {
            medium.close();
        }
        return outcome;
    }

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private List<String> products() {
        return List.of(inquiry("lib0"), inquiry("lib1"), inquiry("vault0"));
    }

    /** PRODUCT IDENTIFICATION of the changer. */
    private String inquiry(String library) {
        byte[] data =
                TestNode.changerHost(library(library)).receive("12 00 00 00 60 00", 96).data();
        return new String(data, 16, 16, StandardCharsets.US_ASCII).strip();
    }

    private List<String> volumes(String library) {
        return library(library).inventory().stream()
                .flatMap(element -> element.content().stream())
                .map(ElementStatus.Content::volume)
                .map(Object::toString)
                .sorted()
                .toList();
    }
}
