package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.MamAttribute;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog from chunk files and labels alone, whole ones and damaged ones. */
final class CatalogRebuildTest {

    private static final VolumeIdentifier FIRST = new VolumeIdentifier("CAP001L8");
    private static final VolumeIdentifier SECOND = new VolumeIdentifier("CAP002L8");
    private static final VolumeIdentifier BLANK = new VolumeIdentifier("CAP003L8");

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Node node;
    private int catalogCount;

    @BeforeEach
    void start() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory.resolve("old"), UnaryOperator.identity());
        Medium first = node.mountNew(FIRST.text(), List.of(5_000_000L));
        append(first, 0, 30);
        first.appendFilemarks(2);
        first.attributes()
                .put(
                        new AttributeStore.Attribute(
                                0, 0x0806, AttributeStore.Format.ASCII, new byte[] {65, 66}));
        first.close();
        Medium second = node.mountNew(SECOND.text(), List.of(3_000_000L, 4_000_000L));
        append(second, 0, 10);
        second.locate(1, 0);
        append(second, 10, 14);
        second.appendFilemarks(1);
        second.locate(0, 6);
        second.erase();
        second.close();
        node.mountNew(BLANK.text(), List.of(7_000_000L)).close();
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private static void append(Medium medium, int from, int to) throws StoreException {
        for (int i = from; i < to; i++) {
            medium.append(DataOut.of(MediumContractTest.bytes(i, 10_000)), 0, 10_000);
        }
    }

    private static void expectBlocks(List<byte[]> objects, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(objects.get(i - from)).isEqualTo(MediumContractTest.bytes(i, 10_000));
        }
    }

    private ContainerId container(VolumeIdentifier volume) throws StoreException {
        return node.cartridges().status(volume).orElseThrow().container();
    }

    private Path chunkFile(VolumeIdentifier volume, long sequence) throws StoreException {
        return node.store().files().find(new ChunkId(container(volume), sequence)).orElseThrow();
    }

    /** Throws the catalog away and starts on a new one. */
    private CatalogRebuild.Report rebuild() throws Exception {
        node.awaitIdle();
        node.stop();
        Path fresh = directory.resolve("catalog" + catalogCount++);
        CatalogRebuild.Report report;
        try (Catalog catalog = Node.openCatalog(fresh)) {
            report = CatalogRebuild.run(node.store(), node.io(), catalog);
        }
        node.useCatalog(fresh);
        node.start();
        node.awaitIdle();
        return report;
    }

    private List<Finding> check() throws StoreException {
        return MediumCheck.run(node.catalog(), node.store(), node.io());
    }

    @Test
    void everythingThatLabelsAndChunksKnowIsBack() throws Exception {
        ElementLocation location = new ElementLocation("lib0", 1005);
        node.catalog()
                .commit(change ->
                        change.putElement(new ElementRecord(location, FIRST, OptionalInt.empty())));
        node.cartridges().moved(FIRST);
        node.cartridges().setWriteProtected(SECOND, true);
        retain(FIRST, new Retention(Optional.of(Duration.ofDays(3)), Optional.empty()));
        List<CartridgeStatus> before = node.cartridges().list("");

        CatalogRebuild.Report report = rebuild();

        assertThat(report.findings()).isEmpty();
        assertThat(report.cartridgeCount()).isEqualTo(3);
        assertThat(node.cartridges().list(""))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("loadCount")
                .isEqualTo(before);
        assertThat(check()).isEmpty();
        Medium first = node.mount(FIRST.text());
        assertThat(first.attributes().get(0, 0x0806).orElseThrow().value()).containsExactly(65, 66);
        List<byte[]> objects = RandomTape.contentOf(first).getFirst();
        assertThat(objects.size()).isEqualTo(32);
        expectBlocks(objects, 0, 30);
        first.close();
        Medium second = node.mount(SECOND.text());
        List<List<byte[]>> content = RandomTape.contentOf(second);
        assertThat(content.getFirst().size()).isEqualTo(6);
        expectBlocks(content.getFirst(), 0, 6);
        assertThat(content.get(1).size()).isEqualTo(5);
        expectBlocks(content.get(1), 10, 14);
        second.close();
    }

    @Test
    void writingGoesOnAfterwards() throws Exception {
        rebuild();
        Medium second = node.mount(SECOND.text());
        second.spaceToEndOfData();
        append(second, 6, 20);
        second.locate(0, 0);
        second.close();
        rebuild();
        second = node.mount(SECOND.text());
        List<byte[]> objects = RandomTape.contentOf(second).getFirst();
        assertThat(objects.size()).isEqualTo(20);
        expectBlocks(objects, 0, 20);
        second.close();
        assertThat(check()).isEmpty();
    }

    /** V7: a lock outlives the catalog, with data and without; what is said of it later is in the label too. */
    @Test
    void whatIsLockedStaysLocked() throws Exception {
        Instant until = Instant.now().plus(Duration.ofDays(10));
        until = Instant.ofEpochMilli(until.toEpochMilli());
        retain(FIRST, Retention.NONE.withLockedUntil(until.minus(Duration.ofDays(1))));
        retain(FIRST, Retention.NONE.withLockedUntil(until));
        retain(BLANK, Retention.NONE.withLockedUntil(until));
        assertThat(rebuild().findings()).isEmpty();
        assertThat(rebuild().findings()).as("and again").isEmpty();
        for (VolumeIdentifier locked : List.of(FIRST, BLANK)) {
            assertThat(node.cartridges().status(locked).orElseThrow().retention().lockedUntil())
                    .contains(until);
            assertThat(node.cartridges().delete(locked)).isEqualTo(DeleteOutcome.LOCKED);
        }
        assertThat(node.cartridges().retain(FIRST, before -> Retention.NONE))
                .isEqualTo(RetentionOutcome.LOCKED);
        Medium first = node.mount(FIRST.text());
        assertThat(first.attributes().list(0)).as("no host sees it").hasSize(1);
        first.close();
        assertThat(node.cartridges().delete(SECOND)).isEqualTo(DeleteOutcome.DELETED);
    }

    private void retain(VolumeIdentifier volume, Retention retention) throws StoreException {
        assertThat(node.cartridges().retain(volume, before -> retention))
                .isEqualTo(RetentionOutcome.SET);
    }

    /** What newer software says of retention is not understood, is said to be so, and is not lost. */
    @Test
    void retentionThatIsNotKnownHereIsCarriedOn() throws Exception {
        node.awaitIdle();
        MamAttribute newer =
                new MamAttribute(0, RetentionDescriptor.LABEL_ATTRIBUTE, 0, new byte[] {2, 7});
        LabelStore labels = new LabelStore(node.store().disks().directories(), node.io());
        CartridgeLabel label = labels.read(SECOND).orElseThrow();
        labels.write(with(label, List.of(newer)));
        assertThat(rebuild().findings())
                .singleElement()
                .asString()
                .contains(SECOND.text(), "newer software");
        node.cartridges().setWriteProtected(SECOND, true);
        assertThat(labels.read(SECOND).orElseThrow().attributes()).containsExactly(newer);
        retain(SECOND, Retention.NONE.withKeepGenerations(Duration.ofDays(1)));
        assertThat(labels.read(SECOND).orElseThrow().attributes())
                .singleElement()
                .isNotEqualTo(newer);
    }

    private static CartridgeLabel with(CartridgeLabel label, List<MamAttribute> attributes) {
        return new CartridgeLabel(
                label.container(),
                label.medium(),
                label.partitionSizesBytes(),
                label.generation(),
                label.writeProtected(),
                label.libraryName(),
                label.elementAddress(),
                attributes,
                label.revision() + 1,
                label.createdEpochMillis());
    }

    @Test
    void deletedCartridgeStaysDeleted() throws Exception {
        node.cartridges().delete(FIRST);
        node.awaitIdle();
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).isEmpty();
        assertThat(node.cartridges().status(FIRST)).isEmpty();
        assertThat(node.cartridges().list("")).hasSize(2);
    }

    @Test
    void oneGoodLabelOfSeveralIsEnough() throws Exception {
        disk.flipBit(Path.of("/disk0/labels/CAP001L8.label"), 700);
        disk.delete(Path.of("/disk1/labels/CAP002L8.label"));
        assertThat(rebuild().findings()).isEmpty();
        assertThat(check()).isEmpty();
    }

    @Test
    void cartridgeWithoutALabelIsMadeOfItsChunks() throws Exception {
        for (String disk0 : List.of("/disk0", "/disk1")) {
            disk.delete(Path.of(disk0 + "/labels/CAP001L8.label"));
            disk.flipBit(Path.of(disk0 + "/labels/CAP002L8.label"), 700);
            disk.flipBit(Path.of(disk0 + "/labels/CAP003L8.label"), 700);
        }
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).hasSizeBetween(3, 4);
        assertThat(report.findings()).allMatch(f -> f.subject().startsWith("cartridge CAP00"));
        assertThat(node.cartridges().status(BLANK)).isEmpty();
        Medium first = node.mount(FIRST.text());
        assertThat(first.description())
                .isEqualTo(new MediumDescription(0x88, 0x5E, 5_000_000, false, false));
        assertThat(RandomTape.contentOf(first).getFirst().size()).isEqualTo(32);
        first.close();
        Medium second = node.mount(SECOND.text());
        assertThat(second.partitionCount()).isEqualTo(2);
        assertThat(second.capacityBytes(0)).isEqualTo(3_500_000);
        assertThat(second.endOfData(0)).isEqualTo(6);
        assertThat(second.endOfData(1)).isEqualTo(5);
        second.close();
    }

    @Test
    void missingChunkInTheMiddleKeepsTheNumbersBehindIt() throws Exception {
        disk.delete(chunkFile(FIRST, 2));
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).isNotEmpty();
        Medium first = node.mount(FIRST.text());
        assertThat(first.endOfData(0)).isEqualTo(32);
        first.locate(0, 7);
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(first::verify);
        first.locate(0, 14);
        for (int i = 14; i < 30; i++) {
            assertThat(first.verify()).isEqualTo(new ReadOutcome.Block(10_000));
        }
        assertThat(first.position()).isEqualTo(new MediumPosition(0, 30, 0));
        assertThat(first.locateFile(0, 2)).isTrue();
        assertThat(first.usedBytes(0)).isEqualTo(300_000);
        first.spaceToEndOfData();
        append(first, 40, 41);
        first.close();
    }

    @Test
    void missingFirstChunkKeepsTheNumbersBehindIt() throws Exception {
        disk.delete(chunkFile(FIRST, 1));
        assertThat(rebuild().findings()).isNotEmpty();
        Medium first = node.mount(FIRST.text());
        assertThat(first.endOfData(0)).isEqualTo(32);
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(first::verify);
        first.locate(0, 7);
        assertThat(first.verify()).isEqualTo(new ReadOutcome.Block(10_000));
        first.close();
    }

    @Test
    void chunkWithADamagedHeaderIsLeftOut() throws Exception {
        disk.flipBit(chunkFile(FIRST, 2), 8L * 40);
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).anyMatch(f -> f.subject().startsWith("chunk "));
        Medium first = node.mount(FIRST.text());
        assertThat(first.endOfData(0)).isEqualTo(32);
        first.locate(0, 7);
        assertThatExceptionOfType(StoreException.class).isThrownBy(first::verify);
        first.locate(0, 14);
        assertThat(first.verify()).isEqualTo(new ReadOutcome.Block(10_000));
        first.close();
    }

    @Test
    void damagedDataFailsAloneAfterARebuild() throws Exception {
        disk.flipBit(chunkFile(FIRST, 2), 8L * 30_000);
        rebuild();
        Medium first = node.mount(FIRST.text());
        int unreadable = 0;
        for (int i = 0; i < 32; i++) {
            try {
                first.verify();
            } catch (StoreException.Corrupt e) {
                unreadable++;
            }
        }
        assertThat(unreadable).isEqualTo(1);
        first.close();
    }

    @Test
    void secondContainerOfAVolumeIdentifierIsLeftOut() throws Exception {
        node.awaitIdle();
        LabelStore labels = new LabelStore(node.store().disks().directories(), node.io());
        CartridgeLabel first = labels.read(FIRST).orElseThrow();
        labels.write(relabelled(first, container(BLANK), first.revision() + 1));
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).isNotEmpty();
        assertThat(node.cartridges().list("").stream().map(CartridgeStatus::volume))
                .contains(FIRST, SECOND);
    }

    @Test
    void twoCartridgesThatWereInOneElement() throws Exception {
        LabelStore labels = new LabelStore(node.store().disks().directories(), node.io());
        for (VolumeIdentifier volume : List.of(FIRST, SECOND)) {
            labels.write(inElement(labels.read(volume).orElseThrow(), 1005));
        }
        CatalogRebuild.Report report = rebuild();
        assertThat(report.findings()).hasSize(1);
        assertThat(node.cartridges().status(FIRST).orElseThrow().element())
                .contains(new ElementLocation("lib0", 1005));
        assertThat(node.cartridges().status(SECOND).orElseThrow().element()).isEmpty();
    }

    private static CartridgeLabel relabelled(
            CartridgeLabel label, ContainerId container, long revision) {
        return new CartridgeLabel(
                container,
                label.medium(),
                label.partitionSizesBytes(),
                label.generation(),
                label.writeProtected(),
                label.libraryName(),
                label.elementAddress(),
                label.attributes(),
                revision,
                label.createdEpochMillis());
    }

    private static CartridgeLabel inElement(CartridgeLabel label, int address) {
        return new CartridgeLabel(
                label.container(),
                label.medium(),
                label.partitionSizesBytes(),
                label.generation(),
                label.writeProtected(),
                "lib0",
                OptionalInt.of(address),
                label.attributes(),
                label.revision() + 1,
                label.createdEpochMillis());
    }

    @Test
    void catalogThatIsNotEmptyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatalogRebuild.run(node.store(), node.io(), node.catalog()));
    }
}
