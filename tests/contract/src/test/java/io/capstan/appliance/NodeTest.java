package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.StartException;
import io.capstan.appliance.node.Storage;
import io.capstan.catalog.ElementLocation;
import io.capstan.drive.DriveCounter;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.store.DiskFileIo;
import io.capstan.store.LabelStore;
import io.capstan.tcmu.KernelTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node from start to stop, and what is the same after the next start. */
@Timeout(120)
class NodeTest {

    private static final VolumeIdentifier FIRST = new VolumeIdentifier("TST001L8");

    @TempDir private Path directory;

    private Node start() throws StartException, InterruptedException {
        return TestNode.start(TestNode.plan(directory));
    }

    // ---- starting

    @Test
    void theFirstStartMakesTheCartridgesOfALibraryOnce() throws Exception {
        try (Node node = start()) {
            assertThat(volumesInStorage(node))
                    .containsExactly("TST001L8", "TST002L8", "TST003L8", "TST004L8");
            TestNode.library(node).exportCartridge(STORAGE);
            node.storage().cartridges().delete(FIRST);
        }
        try (Node node = start()) {
            assertThat(volumesInStorage(node)).containsExactly("TST002L8", "TST003L8", "TST004L8");
        }
    }

    private static List<String> volumesInStorage(Node node) {
        return TestNode.library(node).inventory().stream()
                .flatMap(element -> element.content().stream())
                .map(content -> content.volume().text())
                .toList();
    }

    @Test
    void identitiesAreDrawnOnceAndOutliveTheCatalog() throws Exception {
        List<String> before;
        UUID nodeId;
        try (Node node = start()) {
            before = serialNumbers(node);
            nodeId = node.storage().nodeId();
        }
        assertThat(before).hasSize(3).doesNotHaveDuplicates();
        try (Node node = start()) {
            assertThat(serialNumbers(node)).isEqualTo(before);
        }
        Storage.rebuild(
                TestNode.plan(directory), List.of(), InstantSource.system(), UUID::randomUUID);
        try (Node node = start()) {
            assertThat(serialNumbers(node)).isEqualTo(before);
            assertThat(node.storage().nodeId()).isEqualTo(nodeId);
        }
    }

    private static List<String> serialNumbers(Node node) {
        return Stream.concat(
                        Stream.of(TestNode.library(node).configuration().serialNumber()),
                        TestNode.library(node).drives().stream().map(drive -> drive.serialNumber()))
                .toList();
    }

    @Test
    void anotherNodeOnTheSameDirectoryIsRefused() throws Exception {
        try (Node node = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use");
            assertThat(volumesInStorage(node)).hasSize(4);
        }
        start().close();
    }

    @Test
    void aDirectoryOfANewerVersionIsRefusedAndLeftAlone() throws Exception {
        Files.writeString(directory.resolve("node.properties"), "version=2\nnode-id=x\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("is of version 2, this software reads version 1");
        assertThat(directory).isDirectoryNotContaining("glob:**/{lock,catalog,store}");
    }

    @Test
    void aDirectoryWithOtherThingsInItIsRefusedAndLeftAlone() throws Exception {
        Files.writeString(directory.resolve("passwd"), "root");
        assertThatThrownBy(this::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("not a data directory");
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(directory.resolve("passwd"));
        }
    }

    @Test
    void theDataDirectoryIsNotForEverybody() throws Exception {
        Path data = directory.resolve("data");
        TestNode.start(TestNode.plan(data)).close();
        assertThat(Files.getPosixFilePermissions(data).toString()).doesNotContain("OTHERS");
    }

    @Test
    void aLibraryWithTooFewElementsForItsCartridgesIsRefused() throws Exception {
        start().close();
        NodePlan smaller =
                TestNode.plan(
                        """
                        data-dir: %s
                        kernel: {enabled: off}
                        libraries:
                          - {name: lib0, storage-elements: 3}
                        """
                                .formatted(directory));
        assertThatThrownBy(() -> TestNode.start(smaller))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("TST004L8");
        // What was taken was given back.
        start().close();
    }

    @Test
    void kernelDevicesThatMustBeAndCannotBeKeepTheNodeFromStartingBeforeAnythingIsTouched()
            throws Exception {
        assumeTrue(KernelTarget.unavailable().isPresent(), "this kernel has TCMU");
        Path data = directory.resolve("data");
        NodePlan plan = TestNode.plan("data-dir: " + data + "\nkernel: {enabled: on}\n");
        assertThatThrownBy(() -> TestNode.start(plan))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("kernel");
        assertThat(data).doesNotExist();
    }

    @Test
    void withoutKernelDevicesTheNodeSaysWhy() throws Exception {
        try (Node node = start()) {
            assertThat(node.kernelUnavailable()).contains("kernel devices are turned off");
            assertThat(node.kernelDevices()).isEmpty();
        }
    }

    // ---- hosts

    @Test
    void whatAHostWroteIsThereAfterARestart() throws Exception {
        try (Node node = start()) {
            FakeInitiator changer = TestNode.changerHost(node);
            assertThat(TestNode.move(changer, STORAGE, DRIVE).outcome()).isEqualTo("GOOD");
            FakeInitiator host = TestNode.driveHost(node, 0);
            for (int i = 0; i < 100; i++) {
                assertThat(TestNode.write(host, TestNode.record(i, 1 + i * 997)).isGood()).isTrue();
            }
            assertThat(TestNode.writeFilemark(host).outcome()).isEqualTo("GOOD");
        }
        try (Node node = start()) {
            FakeInitiator host = TestNode.newDriveHost(node, 0);
            assertThat(host.clearUnitAttentions())
                    .first()
                    .isEqualTo(AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
            readBack(host);
            assertThat(node.storage().check()).isEmpty();
            FakeInitiator changer = TestNode.changerHost(node);
            assertThat(TestNode.move(changer, DRIVE, STORAGE).outcome()).isEqualTo("GOOD");
        }
    }

    private static void readBack(FakeInitiator host) {
        for (int i = 0; i < 100; i++) {
            byte[] expected = TestNode.record(i, 1 + i * 997);
            assertThat(TestNode.read(host, expected.length).data()).isEqualTo(expected);
        }
        assertThat(TestNode.read(host, 100).outcome()).isEqualTo("00/00/01");
        assertThat(TestNode.read(host, 100).outcome()).isEqualTo("08/00/05");
    }

    @Test
    void anOrderlyStopPutsOnStableStorageWhatWasOnlyBuffered() throws Exception {
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            TestNode.write(host, TestNode.record(1, 50_000));
        }
        try (Node node = start()) {
            FakeInitiator host = TestNode.driveHost(node, 0);
            assertThat(TestNode.read(host, 50_000).data()).isEqualTo(TestNode.record(1, 50_000));
        }
    }

    @Test
    void aHostThatPreventsRemovalDoesNotKeepTheNodeFromStopping() throws Exception {
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            TestNode.write(host, TestNode.record(1, 1000));
            assertThat(host.send("1E 00 00 00 01 00").isGood()).isTrue();
            assertThat(TestNode.move(TestNode.changerHost(node), DRIVE, STORAGE).outcome())
                    .isEqualTo("05/53/02");
        }
        try (Node node = start()) {
            FakeInitiator host = TestNode.driveHost(node, 0);
            assertThat(TestNode.read(host, 1000).data()).isEqualTo(TestNode.record(1, 1000));
            assertThat(TestNode.move(TestNode.changerHost(node), DRIVE, STORAGE).isGood()).isTrue();
        }
    }

    @Test
    void aMoveThatAHostPreventsIsAllowedAgainByALogicalUnitReset() throws Exception {
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            host.send("1E 00 00 00 01 00");
            TestNode.drive(node, 0)
                    .owner()
                    .submit(() -> {
                        TestNode.drive(node, 0)
                                .logicalUnit()
                                .manage(
                                        io.capstan.scsi.TaskManagementFunction.LOGICAL_UNIT_RESET,
                                        host.nexus());
                        return true;
                    })
                    .join();
            assertThat(TestNode.move(TestNode.changerHost(node), DRIVE, STORAGE).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void theChangerSeesACartridgeThatItsHostUnloaded() throws Exception {
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            assertThat(elementAccessible(node, DRIVE)).isFalse();
            assertThat(host.send("1B 00 00 00 00 00").isGood()).isTrue();
            assertThat(elementAccessible(node, DRIVE)).isTrue();
        }
    }

    private static boolean elementAccessible(Node node, int address) {
        return TestNode.library(node).inventory().stream()
                .anyMatch(element -> element.address() == address && element.accessible());
    }

    @Test
    void aCartridgeThatTheDriveCannotUseIsInItAndCanBeTakenOut() throws Exception {
        NodePlan plan =
                TestNode.plan(
                        """
                        data-dir: %s
                        kernel: {enabled: off}
                        libraries:
                          - name: lib0
                            cartridges: [{count: 1, medium: LTO-9, capacity: 10MiB}]
                        """
                                .formatted(directory));
        try (Node node = TestNode.start(plan)) {
            FakeInitiator changer = TestNode.changerHost(node);
            assertThat(TestNode.move(changer, STORAGE, DRIVE).outcome()).isEqualTo("GOOD");
            assertThat(TestNode.driveHost(node, 0).send("00 00 00 00 00 00").outcome())
                    .isEqualTo("03/30/00");
            assertThat(TestNode.move(changer, DRIVE, STORAGE).outcome()).isEqualTo("GOOD");
        }
    }

    @Test
    void aLabelFollowsItsCartridge() throws Exception {
        try (Node node = start()) {
            FakeInitiator changer = TestNode.changerHost(node);
            assertThat(TestNode.move(changer, STORAGE, STORAGE + 7).isGood()).isTrue();
            awaitLabel(STORAGE + 7);
            TestNode.library(node).move(STORAGE + 7, STORAGE + 8);
            awaitLabel(STORAGE + 8);
            // EXCHANGE MEDIUM: the first cartridge to the place of the second, and back.
            changer.clearUnitAttentions();
            assertThat(
                            changer.send(
                                            "A6 00 0001 %04X %04X %04X 00 00"
                                                    .formatted(
                                                            STORAGE + 8, STORAGE + 1, STORAGE + 8))
                                    .outcome())
                    .isEqualTo("GOOD");
            awaitLabel(STORAGE + 1);
        }
    }

    private void awaitLabel(int address) throws Exception {
        LabelStore labels = new LabelStore(List.of(directory.resolve("store")), new DiskFileIo());
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        OptionalInt element = OptionalInt.empty();
        while (element.orElse(-1) != address && System.nanoTime() < deadlineNanos) {
            element = labels.read(FIRST).map(CartridgeLabel::elementAddress).orElseThrow();
            Thread.sleep(10);
        }
        assertThat(element).hasValue(address);
    }

    @Test
    void savedModePagesAndCountersOutliveARestart() throws Exception {
        byte[] before;
        long blocksWritten;
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            TestNode.write(host, TestNode.record(1, 1000));
            // Data Compression mode page with DCE cleared, saved.
            byte[] sense = host.receive("1A 08 0F 00 FF 00", 255).data();
            byte[] parameters = sense.clone();
            parameters[0] = 0;
            parameters[4] &= 0x3F;
            parameters[6] &= 0x7F;
            assertThat(
                            host.send(
                                            "15 11 00 00 %02X 00".formatted(parameters.length),
                                            parameters)
                                    .outcome())
                    .isEqualTo("GOOD");
            before = host.receive("1A 08 0F 00 FF 00", 255).data();
            assertThat(before).isNotEqualTo(sense);
            blocksWritten = counter(node, DriveCounter.BLOCKS_WRITTEN);
            assertThat(blocksWritten).isEqualTo(1);
        }
        try (Node node = start()) {
            FakeInitiator host = TestNode.driveHost(node, 0);
            assertThat(host.receive("1A 08 0F 00 FF 00", 255).data()).isEqualTo(before);
            assertThat(counter(node, DriveCounter.BLOCKS_WRITTEN)).isEqualTo(blocksWritten);
            assertThat(counter(node, DriveCounter.LOADS)).isEqualTo(2);
        }
    }

    private static long counter(Node node, DriveCounter counter) {
        return TestNode.drive(node, 0).status().join().counters().getOrDefault(counter, 0L);
    }

    // ---- storage of a stopped node

    @Test
    void aStoppedNodeCanBeChecked() throws Exception {
        try (Node node = start()) {
            TestNode.move(TestNode.changerHost(node), STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            for (int i = 0; i < 30; i++) {
                TestNode.write(host, TestNode.record(i, 100_000));
            }
            assertThatThrownBy(() -> Storage.check(TestNode.plan(directory)))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use");
        }
        assertThat(Storage.check(TestNode.plan(directory))).isEmpty();
        Files.delete(someChunk());
        assertThat(Storage.check(TestNode.plan(directory)))
                .extracting(Finding::severity)
                .contains(Finding.Severity.DAMAGE);
    }

    private Path someChunk() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("store"))) {
            return files.filter(file -> file.toString().endsWith(".chunk"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theCatalogIsRebuiltFromLabelsAndChunks() throws Exception {
        try (Node node = start()) {
            FakeInitiator changer = TestNode.changerHost(node);
            TestNode.move(changer, STORAGE, DRIVE);
            FakeInitiator host = TestNode.driveHost(node, 0);
            for (int i = 0; i < 100; i++) {
                TestNode.write(host, TestNode.record(i, 1 + i * 997));
            }
            TestNode.writeFilemark(host);
            TestNode.library(node).exportCartridge(STORAGE + 3);
            node.storage().cartridges().delete(new VolumeIdentifier("TST004L8"));
            awaitLabel(DRIVE);
        }
        Storage.Rebuilt rebuilt =
                Storage.rebuild(
                        TestNode.plan(directory),
                        List.of(),
                        InstantSource.system(),
                        UUID::randomUUID);
        assertThat(rebuilt.report().cartridgeCount()).isEqualTo(3);
        assertThat(rebuilt.report().findings()).isEmpty();
        assertThat(rebuilt.oldCatalog().orElseThrow()).isDirectory();
        try (Node node = start()) {
            assertThat(node.storage().check()).isEmpty();
            assertThat(volumesInStorage(node))
                    .containsExactlyInAnyOrder("TST001L8", "TST002L8", "TST003L8");
            assertThat(
                            node.storage()
                                    .catalog()
                                    .<Object>read(view -> view.elementOf(FIRST).orElseThrow()))
                    .isEqualTo(new ElementLocation("lib0", DRIVE));
            readBack(TestNode.driveHost(node, 0));
        }
    }

    @Test
    void nothingIsRebuiltWhereThereIsNoNode() {
        assertThatThrownBy(() ->
                        Storage.rebuild(
                                TestNode.plan(directory.resolve("none")),
                                List.of(),
                                InstantSource.system(),
                                UUID::randomUUID))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("there is no data directory");
        assertThat(directory.resolve("none")).doesNotExist();
    }
}
