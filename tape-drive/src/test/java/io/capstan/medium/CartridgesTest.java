package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.fakes.store.SimulatedDisk.Call;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cartridges made, found, mounted, protected, deleted, and what they leave behind. */
final class CartridgesTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("CAP001L8");
    private static final VolumeIdentifier OTHER = new VolumeIdentifier("CAP002L8");

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Node node;

    @BeforeEach
    void start() throws StoreException {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory, UnaryOperator.identity());
    }

    @AfterEach
    void stop() throws Exception {
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
        node.stop();
    }

    private Cartridges cartridges() {
        return node.cartridges();
    }

    private CreateOutcome create(VolumeIdentifier volume) throws StoreException {
        return cartridges().create(NewCartridge.of(volume, 0x88, 0x5E, 10_000_000));
    }

    private static void append(Medium medium, int count) throws StoreException {
        for (int i = 0; i < count; i++) {
            medium.append(DataOut.of(MediumContractTest.bytes(i, 10_000)), 0, 10_000);
        }
    }

    private ContainerId container(VolumeIdentifier volume) throws StoreException {
        return cartridges().status(volume).orElseThrow().container();
    }

    private Optional<CartridgeLabel> label(VolumeIdentifier volume) throws StoreException {
        return new LabelStore(node.store().disks().directories(), node.io()).read(volume);
    }

    private List<ChunkRecord> chunks(ChunkState state) {
        return node.catalog().read(view -> view.chunks(state, Optional.empty(), 1000));
    }

    // ---- making

    @Test
    void newCartridgeIsBlankAndSaysWhatItIs() throws Exception {
        assertThat(
                        cartridges()
                                .create(
                                        new NewCartridge(
                                                VOLUME, 0x8C, 0x5E, List.of(700L, 300L), true)))
                .isEqualTo(CreateOutcome.CREATED);
        CartridgeStatus status = cartridges().status(VOLUME).orElseThrow();
        assertThat(status.description())
                .isEqualTo(new MediumDescription(0x8C, 0x5E, 1000, true, false));
        assertThat(status.partitions())
                .containsExactly(
                        new CartridgeStatus.Partition(700, 0, 0, 0),
                        new CartridgeStatus.Partition(300, 0, 0, 0));
        assertThat(status.element()).isEmpty();
        assertThat(status.isMounted()).isFalse();
        assertThat(status.usedBytes()).isZero();

        CartridgeLabel label = label(VOLUME).orElseThrow();
        assertThat(label.container()).isEqualTo(status.container());
        assertThat(label.partitionSizesBytes()).containsExactly(700L, 300L);
        assertThat(label.medium().worm()).isTrue();
        assertThat(disk.files()).hasSize(2);
    }

    @Test
    void secondCartridgeOfAVolumeIdentifierIsRefused() throws Exception {
        create(VOLUME);
        ContainerId container = container(VOLUME);
        assertThat(create(VOLUME)).isEqualTo(CreateOutcome.EXISTS);
        assertThat(container(VOLUME)).isEqualTo(container);
    }

    @Test
    void cartridgeWhoseLabelCannotBeWrittenIsNotMade() throws Exception {
        SimulatedDisk full = new SimulatedDisk(2);
        try (Node small = Node.on(full, directory.resolve("small"), UnaryOperator.identity())) {
            full.capacityBytes(10);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() ->
                            small.cartridges().create(NewCartridge.of(VOLUME, 0x88, 0x5E, 1000)));
            assertThat(small.cartridges().status(VOLUME)).isEmpty();
            full.capacityBytes(1L << 40);
            assertThat(small.cartridges().create(NewCartridge.of(VOLUME, 0x88, 0x5E, 1000)))
                    .isEqualTo(CreateOutcome.CREATED);
        }
    }

    @Test
    void impossibleLayoutsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewCartridge(VOLUME, 1, 1, List.of(), false));
        assertThatIllegalArgumentException().isThrownBy(() -> NewCartridge.of(VOLUME, 1, 1, 0));
    }

    // ---- looking

    @Test
    void listIsInOrderAndByPrefix() throws Exception {
        for (String volume : List.of("B00002", "A00001", "B00001", "C00001")) {
            create(new VolumeIdentifier(volume));
        }
        assertThat(cartridges().list("").stream().map(s -> s.volume().text()))
                .containsExactly("A00001", "B00001", "B00002", "C00001");
        assertThat(cartridges().list("B").stream().map(s -> s.volume().text()))
                .containsExactly("B00001", "B00002");
        assertThat(cartridges().status(VOLUME)).isEmpty();
    }

    @Test
    void statusFollowsWhatIsCommitted() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 3);
        medium.appendFilemarks(1);
        medium.synchronize();
        CartridgeStatus status = cartridges().status(VOLUME).orElseThrow();
        assertThat(status.partitions())
                .containsExactly(new CartridgeStatus.Partition(10_000_000, 4, 1, 30_000));
        assertThat(status.isMounted()).isTrue();
        medium.close();
        assertThat(cartridges().status(VOLUME).orElseThrow().isMounted()).isFalse();
        assertThat(cartridges().status(VOLUME).orElseThrow().loadCount()).isEqualTo(1);
    }

    // ---- mounting

    @Test
    void cartridgeIsMountedOnce() throws Exception {
        create(VOLUME);
        assertThat(cartridges().mount(OTHER)).isInstanceOf(MountOutcome.Unknown.class);
        Medium medium = node.mount(VOLUME.text());
        assertThat(cartridges().mount(VOLUME)).isInstanceOf(MountOutcome.InUse.class);
        medium.close();
        assertThat(cartridges().mount(VOLUME)).isInstanceOf(MountOutcome.Mounted.class);
    }

    @Test
    void cartridgeOnlyReadStaysCleanAndWritesNothing() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 3);
        medium.close();
        long changes = disk.changes();
        medium = node.mount(VOLUME.text());
        while (!(medium.verify() instanceof ReadOutcome.EndOfData)) {
            assertThat(isDirty()).isFalse();
        }
        medium.close();
        assertThat(disk.changes()).isEqualTo(changes);
    }

    private boolean isDirty() throws StoreException {
        ContainerId container = container(VOLUME);
        return node.catalog().read(view -> view.container(container)).orElseThrow().dirty();
    }

    @Test
    void cartridgeIsDirtyFromTheFirstWriteToTheClose() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        assertThat(isDirty()).isFalse();
        append(medium, 1);
        assertThat(isDirty()).isTrue();
        medium.synchronize();
        assertThat(isDirty()).isTrue();
        medium.close();
        assertThat(isDirty()).isFalse();
        assertThat(chunks(ChunkState.OPEN)).isEmpty();
    }

    // ---- protecting

    @Test
    void writeProtectionIsKeptAndOnTheLabel() throws Exception {
        create(VOLUME);
        assertThat(cartridges().setWriteProtected(OTHER, true)).isFalse();
        assertThat(cartridges().setWriteProtected(VOLUME, true)).isTrue();
        assertThat(label(VOLUME).orElseThrow().writeProtected()).isTrue();
        node.restart();
        Medium medium = node.mount(VOLUME.text());
        assertThat(medium.description().writeProtected()).isTrue();
        medium.close();
        cartridges().setWriteProtected(VOLUME, false);
        assertThat(label(VOLUME).orElseThrow().writeProtected()).isFalse();
    }

    @Test
    void attributesReachTheLabel() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        medium.attributes()
                .put(
                        new AttributeStore.Attribute(
                                0, 0x0806, AttributeStore.Format.ASCII, new byte[] {65, 66}));
        medium.close();
        CartridgeLabel label = label(VOLUME).orElseThrow();
        assertThat(label.attributes()).hasSize(1);
        assertThat(label.attributes().getFirst().id()).isEqualTo(0x0806);
        assertThat(label.attributes().getFirst().format()).isEqualTo(1);
    }

    @Test
    void elementReachesTheLabel() throws Exception {
        create(VOLUME);
        node.catalog()
                .commit(change ->
                        change.putElement(
                                new ElementRecord(
                                        new ElementLocation("lib0", 1005),
                                        VOLUME,
                                        OptionalInt.empty())));
        cartridges().moved(VOLUME);
        node.awaitIdle();
        CartridgeLabel label = label(VOLUME).orElseThrow();
        assertThat(label.libraryName()).isEqualTo("lib0");
        assertThat(label.elementAddress()).hasValue(1005);
    }

    @Test
    void lostAndDamagedLabelsAreWrittenAnewAtTheNextStart() throws Exception {
        create(VOLUME);
        create(OTHER);
        disk.delete(Path.of("/disk0/labels/CAP001L8.label"));
        disk.flipBit(Path.of("/disk1/labels/CAP002L8.label"), 700);
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).hasSize(2);
        node.restart();
    }

    // ---- deleting

    @Test
    void deletedCartridgeLeavesNothingBehind() throws Exception {
        create(VOLUME);
        create(OTHER);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 50);
        medium.locate(0, 30);
        medium.erase();
        medium.close();
        int files = disk.files().size();
        assertThat(cartridges().delete(VOLUME)).isEqualTo(DeleteOutcome.DELETED);
        assertThat(cartridges().status(VOLUME)).isEmpty();
        assertThat(cartridges().list("")).hasSize(1);
        assertThat(cartridges().mount(VOLUME)).isInstanceOf(MountOutcome.Unknown.class);
        assertThat(cartridges().delete(VOLUME)).isEqualTo(DeleteOutcome.UNKNOWN);

        node.awaitIdle();
        assertThat(files).isGreaterThan(5);
        assertThat(disk.files()).hasSize(2);
        assertThat(node.store().files().containers()).isEmpty();
        assertThat(chunks(ChunkState.DELETABLE)).isEmpty();
        assertThat(node.catalog().read(view -> view.cartridge(VOLUME)).orElseThrow().state())
                .isEqualTo(CartridgeState.DESTROYED);
    }

    @Test
    void deletedVolumeIdentifierCanBeUsedAgain() throws Exception {
        create(VOLUME);
        ContainerId container = container(VOLUME);
        cartridges().delete(VOLUME);
        node.awaitIdle();
        assertThat(create(VOLUME)).isEqualTo(CreateOutcome.CREATED);
        assertThat(container(VOLUME)).isNotEqualTo(container);
        node.restart();
        node.awaitIdle();
        assertThat(label(VOLUME)).isPresent();
    }

    @Test
    void deletionThatWasInterruptedGoesOnAtTheNextStart() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 50);
        medium.close();
        disk.failNext(Call.DELETE, new IOException("simulated"));
        cartridges().delete(VOLUME);
        node.awaitIdle();
        assertThat(create(VOLUME)).isEqualTo(CreateOutcome.BEING_DELETED);
        node.restart();
        node.awaitIdle();
        assertThat(disk.files()).isEmpty();
        assertThat(create(VOLUME)).isEqualTo(CreateOutcome.CREATED);
    }

    @Test
    void cartridgeInUseOrInALibraryIsNotDeleted() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        assertThat(cartridges().delete(VOLUME)).isEqualTo(DeleteOutcome.IN_USE);
        medium.close();
        ElementLocation location = new ElementLocation("lib0", 1);
        node.catalog()
                .commit(change ->
                        change.putElement(
                                new ElementRecord(location, VOLUME, OptionalInt.empty())));
        assertThat(cartridges().delete(VOLUME)).isEqualTo(DeleteOutcome.IN_ELEMENT);
        assertThat(cartridges().status(VOLUME).orElseThrow().element()).contains(location);
        node.catalog().commit(change -> change.clearElement(location));
        assertThat(cartridges().delete(VOLUME)).isEqualTo(DeleteOutcome.DELETED);
    }

    // ---- reclaiming

    @Test
    void overwrittenChunksAreDeletedAndOthersAreNot() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 50);
        medium.locate(0, 10);
        append(medium, 1);
        medium.synchronize();
        node.awaitIdle();
        assertThat(sequences()).containsExactly(1L, 2L, 9L);
        medium.locate(0, 0);
        append(medium, 1);
        medium.synchronize();
        node.awaitIdle();
        assertThat(sequences()).containsExactly(10L);
        medium.close();
        assertThat(chunks(ChunkState.SEALED)).hasSize(1);
        assertThat(chunks(ChunkState.DELETABLE)).isEmpty();
    }

    private List<Long> sequences() throws StoreException {
        return node.store().files().list(container(VOLUME)).stream()
                .map(ChunkId::sequence)
                .toList();
    }

    @Test
    void chunkThatAnotherContainerSharesIsKept() throws Exception {
        create(VOLUME);
        create(OTHER);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 7);
        medium.close();
        share(container(VOLUME), container(OTHER));

        medium = node.mount(VOLUME.text());
        append(medium, 1);
        medium.close();
        node.awaitIdle();
        assertThat(sequences()).containsExactly(1L, 2L);
        Medium copy = node.mount(OTHER.text());
        assertThat(RandomTape.contentOf(copy).getFirst()).hasSize(7);
        copy.close();

        cartridges().delete(VOLUME);
        node.awaitIdle();
        copy = node.mount(OTHER.text());
        assertThat(RandomTape.contentOf(copy).getFirst()).hasSize(7);
        copy.locate(0, 0);
        copy.erase();
        copy.close();
        node.restart();
        node.awaitIdle();
        assertThat(node.store().files().list(container(OTHER))).hasSize(1);
        assertThat(node.store().files().containers()).containsExactly(container(OTHER));
    }

    /** Refers to all of one container from another, as a copy that shares chunks does. */
    private void share(ContainerId from, ContainerId to) {
        node.catalog()
                .commit(change -> {
                    ContainerRecord target = change.container(to).orElseThrow();
                    List<Run> runs = change.runs(new PartitionId(from, 0, 0), 0, 100);
                    for (Run run : runs) {
                        change.putRun(
                                new Run(
                                        target.partitionId(0),
                                        run.firstObject(),
                                        run.chunk(),
                                        run.objectCount(),
                                        run.firstFilemark(),
                                        run.filemarkCount(),
                                        run.firstByte(),
                                        run.byteCount()));
                    }
                    Run last = runs.getLast();
                    change.putContainer(
                            new ContainerRecord(
                                    to,
                                    0,
                                    1,
                                    false,
                                    List.of(
                                            new PartitionState(
                                                    10_000_000,
                                                    last.endObject(),
                                                    last.endFilemark(),
                                                    last.endByte()))));
                });
    }

    @Test
    void garbageThatCouldNotBeDeletedIsDeletedAtTheNextStart() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 20);
        medium.locate(0, 0);
        append(medium, 1);
        disk.failNext(Call.DELETE, new IOException("simulated"));
        medium.close();
        node.awaitIdle();
        assertThat(chunks(ChunkState.DELETABLE)).isNotEmpty();
        node.restart();
        node.awaitIdle();
        assertThat(chunks(ChunkState.DELETABLE)).isEmpty();
        assertThat(sequences()).hasSize(1);
    }

    @Test
    void runsOfAnOldGenerationAreReclaimedInSeveralCommits() throws Exception {
        create(VOLUME);
        Medium medium = node.mount(VOLUME.text());
        append(medium, 70);
        disk.failNext(Call.DELETE, new IOException("simulated"));
        medium.locate(0, 0);
        append(medium, 1);
        medium.close();
        node.awaitIdle();
        ContainerId container = container(VOLUME);
        Backing backing = new Backing(node.catalog(), node.store(), node.io());
        putBackRuns(container);

        new Reclaimer(
                        backing,
                        new Generations(
                                backing, InstantSource.system(), KeepGenerations.of(Duration.ZERO)),
                        3)
                .reclaim(container);

        assertThat(sequences()).containsExactly(11L);
        List<Run> runs =
                node.catalog().read(view -> view.runs(new PartitionId(container, 0, 0), 0, 9));
        assertThat(runs).isEmpty();
    }

    /** Runs of the generation before, of chunks whose files are still there. */
    private void putBackRuns(ContainerId container) {
        List<ChunkRecord> garbage = chunks(ChunkState.DELETABLE);
        node.catalog()
                .commit(change -> {
                    long first = 0;
                    for (ChunkRecord chunk : garbage) {
                        change.removeChunk(chunk.chunk());
                        change.putChunk(
                                new ChunkRecord(
                                        chunk.chunk(),
                                        ChunkState.SEALED,
                                        chunk.lengthBytes(),
                                        chunk.objectCount(),
                                        chunk.digest(),
                                        chunk.disks()));
                        change.putRun(
                                new Run(
                                        new PartitionId(container, 0, 0),
                                        first,
                                        chunk.chunk(),
                                        chunk.objectCount(),
                                        0,
                                        0,
                                        0,
                                        0));
                        first += chunk.objectCount();
                    }
                });
        assertThat(garbage).hasSize(10);
    }
}
