package io.capstan.fakes.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.AuditRecord;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.DiskRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.ExchangeOutcome;
import io.capstan.catalog.GenerationRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.MamAttribute;
import io.capstan.catalog.MoveOutcome;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.PlaceOutcome;
import io.capstan.catalog.Run;
import io.capstan.catalog.RunHead;
import io.capstan.catalog.ShownGeneration;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.catalog.TransitRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ListAssert;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.OptionalAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every implementation of {@link Catalog} keeps; a test class extends it. */
public abstract class CatalogContract {

    private static final ContainerId CONTAINER = new ContainerId(1, 1);
    private static final DiskId DISK = new DiskId(0xD15C, 1);
    private static final DiskId OTHER_DISK = new DiskId(0xD15C, 2);
    private static final PartitionId PARTITION = new PartitionId(CONTAINER, 2, 0);
    private static final VolumeIdentifier VOLUME_A = new VolumeIdentifier("AAA001L8");
    private static final VolumeIdentifier VOLUME_B = new VolumeIdentifier("AAA002L8");
    private static final VolumeIdentifier VOLUME_C = new VolumeIdentifier("BBB001L8");
    private static final ElementLocation SLOT_1 = new ElementLocation("lib0", 1001);
    private static final ElementLocation SLOT_2 = new ElementLocation("lib0", 1002);
    private static final ElementLocation DRIVE = new ElementLocation("lib0", 500);
    private static final ElementLocation OTHER_LIBRARY = new ElementLocation("lib1", 1001);

    @TempDir Path directory;

    private Catalog catalog;

    /** The implementation under test, opened again each time; a catalog that is not there yet is created. */
    protected abstract Catalog open(Path directory);

    @BeforeEach
    void open() {
        catalog = open(directory);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void keepsWhatIsCommittedAndItsIdentity() {
        change(transaction -> transaction.putCartridge(cartridge(VOLUME_A)));
        var node = catalog.node();
        catalog.close();
        catalog = open(directory);

        assertFound(view -> view.cartridge(VOLUME_A)).contains(cartridge(VOLUME_A));
        assertThat(catalog.node()).isEqualTo(node);
    }

    @Test
    void aChangeThatThrowsLeavesNoTrace() {
        IllegalArgumentException failure = new IllegalArgumentException("no");
        assertThatThrownBy(() ->
                        change(transaction -> {
                            transaction.putCartridge(cartridge(VOLUME_A));
                            throw failure;
                        }))
                .isSameAs(failure);

        assertFound(view -> view.cartridge(VOLUME_A)).isEmpty();
    }

    @Test
    void submittedChangesComplete() {
        var first = catalog.submit(transaction -> transaction.putCartridge(cartridge(VOLUME_A)));
        var second = catalog.submit(transaction -> transaction.removeCartridge(VOLUME_A));
        first.join();
        second.join();

        assertFound(view -> view.cartridge(VOLUME_A)).isEmpty();
    }

    @Test
    void aClosedCatalogRefuses() {
        catalog.close();
        catalog.close();

        assertThatThrownBy(() -> query(view -> view.cartridge(VOLUME_A)))
                .isInstanceOf(CatalogException.class);
        assertThatThrownBy(() -> change(transaction -> {})).isInstanceOf(CatalogException.class);
    }

    /** Cartridges and elements. */
    @Nested
    class Inventory {

        @BeforeEach
        void makeCartridges() {
            change(transaction -> {
                transaction.putCartridge(cartridge(VOLUME_C));
                transaction.putCartridge(cartridge(VOLUME_A));
                transaction.putCartridge(cartridge(VOLUME_B));
            });
        }

        @Test
        void listsCartridgesInOrder() {
            assertListed(view -> view.cartridges("", Optional.empty(), 10))
                    .extracting(CartridgeRecord::volume)
                    .containsExactly(VOLUME_A, VOLUME_B, VOLUME_C);
            assertListed(view -> view.cartridges("AAA", Optional.empty(), 10))
                    .extracting(CartridgeRecord::volume)
                    .containsExactly(VOLUME_A, VOLUME_B);
            assertListed(view -> view.cartridges("AAA", Optional.of(VOLUME_A), 10))
                    .extracting(CartridgeRecord::volume)
                    .containsExactly(VOLUME_B);
            assertListed(view -> view.cartridges("BBB", Optional.of(VOLUME_A), 10))
                    .extracting(CartridgeRecord::volume)
                    .containsExactly(VOLUME_C);
            assertListed(view -> view.cartridges("", Optional.empty(), 2)).hasSize(2);
            assertListed(view -> view.cartridges("ZZZ", Optional.empty(), 2)).isEmpty();

            List<VolumeIdentifier> all = new ArrayList<>();
            catalog.read(view -> {
                view.forEachCartridge(cartridge -> all.add(cartridge.volume()));
                return 0;
            });
            assertThat(all).containsExactly(VOLUME_A, VOLUME_B, VOLUME_C);
        }

        @Test
        void replacesACartridgeButNotItsContainer() {
            CartridgeRecord loaded = cartridge(VOLUME_A).withLoadCount(9).withWriteProtected(true);
            change(transaction -> transaction.putCartridge(loaded));
            assertFound(view -> view.cartridge(VOLUME_A)).contains(loaded);

            assertThatThrownBy(() ->
                            change(transaction ->
                                    transaction.putCartridge(
                                            cartridge(VOLUME_A, new ContainerId(9, 9)))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("keeps its container for life");
        }

        @Test
        void destroysACartridgeToATombstone() {
            assertResult(transaction -> transaction.destroyCartridge(VOLUME_A)).isEqualTo(true);
            assertFound(view -> view.cartridge(VOLUME_A))
                    .map(CartridgeRecord::state)
                    .contains(CartridgeState.DESTROYED);
            assertResult(transaction -> transaction.destroyCartridge(VOLUME_A)).isEqualTo(false);
            assertThat(place(SLOT_1, VOLUME_A)).isEqualTo(PlaceOutcome.VOLUME_UNKNOWN);

            CartridgeRecord successor = cartridge(VOLUME_A, new ContainerId(9, 9));
            change(transaction -> transaction.putCartridge(successor));
            assertFound(view -> view.cartridge(VOLUME_A)).contains(successor);
        }

        @Test
        void removesACartridge() {
            assertResult(transaction -> transaction.removeCartridge(VOLUME_A)).isEqualTo(true);
            assertResult(transaction -> transaction.removeCartridge(VOLUME_A)).isEqualTo(false);
            assertFound(view -> view.cartridge(VOLUME_A)).isEmpty();
        }

        @Test
        void keepsACartridgeThatIsInAnElement() {
            place(SLOT_1, VOLUME_A);

            assertThatThrownBy(() -> change(transaction -> transaction.removeCartridge(VOLUME_A)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cartridge AAA001L8 is in element lib0:1001");
            assertThatThrownBy(() -> change(transaction -> transaction.destroyCartridge(VOLUME_A)))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void placesEachCartridgeOnce() {
            assertThat(place(SLOT_1, VOLUME_A)).isEqualTo(PlaceOutcome.PLACED);
            assertThat(place(SLOT_1, VOLUME_A)).isEqualTo(PlaceOutcome.PLACED);
            assertThat(place(SLOT_1, VOLUME_B)).isEqualTo(PlaceOutcome.DESTINATION_FULL);
            assertThat(place(SLOT_2, VOLUME_A)).isEqualTo(PlaceOutcome.VOLUME_ELSEWHERE);
            assertThat(place(OTHER_LIBRARY, VOLUME_A)).isEqualTo(PlaceOutcome.VOLUME_ELSEWHERE);
            assertThat(place(SLOT_2, new VolumeIdentifier("NOSUCH")))
                    .isEqualTo(PlaceOutcome.VOLUME_UNKNOWN);

            assertListed(view -> view.elements("lib0"))
                    .containsExactly(element(SLOT_1, VOLUME_A, OptionalInt.empty()));
        }

        @Test
        void takesACartridgeOut() {
            place(SLOT_1, VOLUME_A);

            assertResult(transaction -> transaction.clearElement(SLOT_1))
                    .isEqualTo(Optional.of(element(SLOT_1, VOLUME_A, OptionalInt.empty())));
            assertResult(transaction -> transaction.clearElement(SLOT_1))
                    .isEqualTo(Optional.empty());
            assertFound(view -> view.elementOf(VOLUME_A)).isEmpty();
            assertThat(place(OTHER_LIBRARY, VOLUME_A)).isEqualTo(PlaceOutcome.PLACED);
        }

        @Test
        void listsElementsByAddressAndLibrary() {
            place(SLOT_2, VOLUME_A);
            place(DRIVE, VOLUME_B);
            place(OTHER_LIBRARY, VOLUME_C);

            assertListed(view -> view.elements("lib0"))
                    .extracting(ElementRecord::location)
                    .containsExactly(DRIVE, SLOT_2);
            assertListed(view -> view.elements("lib1"))
                    .extracting(ElementRecord::location)
                    .containsExactly(OTHER_LIBRARY);
            assertListed(view -> view.elements("lib")).isEmpty();
            assertFound(view -> view.elementOf(VOLUME_C)).contains(OTHER_LIBRARY);
            assertFound(view -> view.element(SLOT_1)).isEmpty();
        }

        @Test
        void movesBetweenElements() {
            place(SLOT_1, VOLUME_A);
            place(SLOT_2, VOLUME_B);

            assertThat(move(DRIVE, SLOT_1)).isEqualTo(MoveOutcome.SOURCE_EMPTY);
            assertThat(move(SLOT_1, SLOT_2)).isEqualTo(MoveOutcome.DESTINATION_FULL);
            assertThat(move(SLOT_1, SLOT_1)).isEqualTo(MoveOutcome.DESTINATION_FULL);
            assertThat(move(SLOT_1, DRIVE)).isEqualTo(MoveOutcome.MOVED);

            assertFound(view -> view.element(SLOT_1)).isEmpty();
            assertFound(view -> view.element(DRIVE))
                    .contains(element(DRIVE, VOLUME_A, OptionalInt.of(1001)));
            assertFound(view -> view.elementOf(VOLUME_A)).contains(DRIVE);

            assertThat(move(DRIVE, OTHER_LIBRARY)).isEqualTo(MoveOutcome.MOVED);
            assertFound(view -> view.elementOf(VOLUME_A)).contains(OTHER_LIBRARY);
        }

        @Test
        void exchanges() {
            place(SLOT_1, VOLUME_A);
            place(DRIVE, VOLUME_B);

            assertThat(exchange(SLOT_1, DRIVE, SLOT_2)).isEqualTo(ExchangeOutcome.EXCHANGED);

            assertFound(view -> view.elementOf(VOLUME_A)).contains(DRIVE);
            assertFound(view -> view.elementOf(VOLUME_B)).contains(SLOT_2);
            assertFound(view -> view.element(SLOT_1)).isEmpty();
            assertFound(view -> view.element(DRIVE))
                    .contains(element(DRIVE, VOLUME_A, OptionalInt.of(1)));
            assertFound(view -> view.element(SLOT_2))
                    .contains(element(SLOT_2, VOLUME_B, OptionalInt.of(2)));
        }

        @Test
        void exchangesInPlace() {
            place(SLOT_1, VOLUME_A);
            place(DRIVE, VOLUME_B);

            assertThat(exchange(SLOT_1, DRIVE, SLOT_1)).isEqualTo(ExchangeOutcome.EXCHANGED);

            assertFound(view -> view.elementOf(VOLUME_A)).contains(DRIVE);
            assertFound(view -> view.elementOf(VOLUME_B)).contains(SLOT_1);
        }

        @Test
        void refusesSenselessExchanges() {
            place(SLOT_1, VOLUME_A);
            place(SLOT_2, VOLUME_C);

            assertThat(exchange(DRIVE, SLOT_1, SLOT_2)).isEqualTo(ExchangeOutcome.SOURCE_EMPTY);
            assertThat(exchange(SLOT_1, DRIVE, SLOT_2))
                    .isEqualTo(ExchangeOutcome.FIRST_DESTINATION_EMPTY);
            place(DRIVE, VOLUME_B);
            assertThat(exchange(SLOT_1, DRIVE, SLOT_2))
                    .isEqualTo(ExchangeOutcome.SECOND_DESTINATION_FULL);
            assertThatThrownBy(() -> exchange(SLOT_1, SLOT_1, SLOT_2))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> exchange(SLOT_1, DRIVE, DRIVE))
                    .isInstanceOf(IllegalArgumentException.class);

            assertFound(view -> view.elementOf(VOLUME_A)).contains(SLOT_1);
            assertFound(view -> view.elementOf(VOLUME_B)).contains(DRIVE);
            assertFound(view -> view.elementOf(VOLUME_C)).contains(SLOT_2);
        }

        private PlaceOutcome place(ElementLocation location, VolumeIdentifier volume) {
            return result(transaction ->
                    transaction.putElement(element(location, volume, OptionalInt.empty())));
        }

        private MoveOutcome move(ElementLocation from, ElementLocation to) {
            return result(transaction ->
                    transaction.moveElement(from, to, OptionalInt.of(from.address())));
        }

        private ExchangeOutcome exchange(
                ElementLocation source, ElementLocation first, ElementLocation second) {
            return result(transaction ->
                    transaction.exchangeElements(
                            source, first, second, OptionalInt.of(1), OptionalInt.of(2)));
        }
    }

    /** Containers, runs and chunks. */
    @Nested
    class Content {

        /** Three runs: objects 0 to 99 with filemarks 0 and 1, 100 to 149, 150 to 159 with filemark 2. */
        private final Run first = run(0, 1, 100, 0, 2, 0);

        private final Run second = run(100, 2, 50, 2, 0, 1000);
        private final Run third = run(150, 3, 10, 2, 1, 1500);

        @BeforeEach
        void writeThreeRuns() {
            change(transaction -> {
                transaction.putContainer(container(2, 4));
                for (Run run : List.of(first, second, third)) {
                    transaction.putChunk(chunk(run.chunk().sequence()));
                    transaction.putRun(run);
                }
            });
        }

        @Test
        void findsTheRunOfAnObject() {
            assertFound(view -> view.runAt(PARTITION, 0)).contains(first);
            assertFound(view -> view.runAt(PARTITION, 99)).contains(first);
            assertFound(view -> view.runAt(PARTITION, 100)).contains(second);
            assertFound(view -> view.runAt(PARTITION, 1_000_000)).contains(third);
            assertFound(view -> view.lastRun(PARTITION)).contains(third);

            PartitionId other = new PartitionId(CONTAINER, 2, 1);
            assertFound(view -> view.runAt(other, 5)).isEmpty();
            assertFound(view -> view.lastRun(other)).isEmpty();
        }

        @Test
        void findsTheRunOfAFilemark() {
            assertFound(view -> view.runOfFilemark(PARTITION, 0)).contains(first);
            assertFound(view -> view.runOfFilemark(PARTITION, 1)).contains(first);
            assertFound(view -> view.runOfFilemark(PARTITION, 2)).contains(third);
            assertFound(view -> view.runOfFilemark(PARTITION, 3)).isEmpty();
            assertFound(view -> view.runOfFilemark(new PartitionId(CONTAINER, 1, 0), 0)).isEmpty();
        }

        @Test
        void listsRunsFromAnObject() {
            assertListed(view -> view.runs(PARTITION, 0, 10)).containsExactly(first, second, third);
            assertListed(view -> view.runs(PARTITION, 120, 10)).containsExactly(second, third);
            assertListed(view -> view.runs(PARTITION, 0, 2)).containsExactly(first, second);
            assertListed(view -> view.runs(PARTITION, 160, 10)).isEmpty();
        }

        @Test
        void letsTheLastRunGrow() {
            Run grown = run(150, 3, 20, 2, 5, 1500);
            change(transaction -> transaction.putRun(grown));

            assertFound(view -> view.lastRun(PARTITION)).contains(grown);
            assertFound(view -> view.runOfFilemark(PARTITION, 6)).contains(grown);
            assertThat(references(3)).isEqualTo(1);
        }

        @Test
        void refusesRunsThatLeaveHoles() {
            for (Run run :
                    List.of(
                            run(161, 4, 1, 3, 0, 1600),
                            run(160, 4, 1, 2, 0, 1600),
                            run(160, 4, 1, 3, 0, 1601),
                            run(159, 4, 1, 3, 0, 1600),
                            run(100, 2, 49, 2, 0, 1000),
                            run(100, 2, 50, 3, 0, 1000),
                            run(100, 2, 50, 2, 0, 1001))) {
                assertThatThrownBy(() ->
                                change(transaction -> {
                                    transaction.putChunk(chunk(4));
                                    transaction.putRun(run);
                                }))
                        .as("%s", run)
                        .isInstanceOf(IllegalStateException.class);
            }
            assertListed(view -> view.runs(PARTITION, 0, 10)).containsExactly(first, second, third);
        }

        @Test
        void refusesRunsWithoutAChunk() {
            Run run = run(160, 4, 10, 3, 0, 1600);
            assertThatThrownBy(() -> change(transaction -> transaction.putRun(run)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has no record");
            assertThatThrownBy(() ->
                            change(transaction -> {
                                transaction.putChunk(chunk(4).withLength(100, 9));
                                transaction.putRun(run);
                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("more objects than its chunk's 9");
        }

        @Test
        void replacesTheChunkOfARun() {
            Run moved = run(100, 7, 50, 2, 0, 1000);
            change(transaction -> {
                transaction.putChunk(chunk(7));
                transaction.putRun(moved);
            });

            assertFound(view -> view.runAt(PARTITION, 120)).contains(moved);
            assertThat(references(7)).isEqualTo(1);
            assertThat(references(2)).isZero();
            assertThat(state(2)).contains(ChunkState.DELETABLE);
        }

        @Test
        void truncatesBetweenRuns() {
            change(transaction -> transaction.truncateRuns(PARTITION, 100, RunHead.NONE));

            assertListed(view -> view.runs(PARTITION, 0, 10)).containsExactly(first);
            assertFound(view -> view.runOfFilemark(PARTITION, 2)).isEmpty();
            assertThat(state(1)).contains(ChunkState.OPEN);
            assertThat(state(2)).contains(ChunkState.DELETABLE);
            assertThat(state(3)).contains(ChunkState.DELETABLE);
        }

        @Test
        void truncatesInsideARun() {
            change(transaction -> transaction.truncateRuns(PARTITION, 60, new RunHead(60, 1, 600)));

            Run head = new Run(PARTITION, 0, new ChunkId(CONTAINER, 1), 60, 0, 1, 0, 600);
            assertListed(view -> view.runs(PARTITION, 0, 10)).containsExactly(head);
            assertFound(view -> view.runOfFilemark(PARTITION, 0)).contains(head);
            assertFound(view -> view.runOfFilemark(PARTITION, 1)).isEmpty();
            assertThat(references(1)).isEqualTo(1);
        }

        @Test
        void truncatesTheLastFilemarkOfARunAway() {
            change(transaction -> transaction.truncateRuns(PARTITION, 155, new RunHead(5, 0, 50)));

            assertFound(view -> view.runOfFilemark(PARTITION, 2)).isEmpty();
            assertFound(view -> view.runOfFilemark(PARTITION, 1)).contains(first);
        }

        @Test
        void truncatesEverythingAndNothing() {
            change(transaction -> transaction.truncateRuns(PARTITION, 160, RunHead.NONE));
            assertListed(view -> view.runs(PARTITION, 0, 10)).hasSize(3);

            change(transaction -> transaction.truncateRuns(PARTITION, 0, RunHead.NONE));
            assertListed(view -> view.runs(PARTITION, 0, 10)).isEmpty();
            assertListed(view -> view.chunks(ChunkState.DELETABLE, Optional.empty(), 10))
                    .hasSize(3);
        }

        @Test
        void refusesAHeadThatDoesNotFit() {
            for (RunHead head :
                    List.of(
                            RunHead.NONE,
                            new RunHead(59, 0, 0),
                            new RunHead(61, 0, 0),
                            new RunHead(60, 3, 0),
                            new RunHead(60, 0, 1001))) {
                assertThatThrownBy(() ->
                                change(transaction ->
                                        transaction.truncateRuns(PARTITION, 60, head)))
                        .as("%s", head)
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() ->
                            change(transaction ->
                                    transaction.truncateRuns(PARTITION, 100, new RunHead(1, 0, 0))))
                    .isInstanceOf(IllegalStateException.class);
            assertListed(view -> view.runs(PARTITION, 0, 10)).hasSize(3);
        }

        @Test
        void reclaimsOldGenerationsInBatches() {
            assertThatThrownBy(() -> change(transaction -> transaction.reclaim(CONTAINER, 3, 10)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("current generation");
            assertResult(transaction -> transaction.reclaim(CONTAINER, 2, 10)).isEqualTo(0);

            change(transaction -> transaction.putContainer(container(3, 4)));
            assertResult(transaction -> transaction.reclaim(CONTAINER, 3, 2)).isEqualTo(2);
            assertThat(state(3)).contains(ChunkState.OPEN);
            assertResult(transaction -> transaction.reclaim(CONTAINER, 3, 2)).isEqualTo(1);
            assertResult(transaction -> transaction.reclaim(CONTAINER, 3, 2)).isEqualTo(0);
            assertThat(state(3)).contains(ChunkState.DELETABLE);
            assertListed(view -> view.runs(PARTITION, 0, 10)).isEmpty();
        }

        /** V6: what is kept is no garbage, whatever is older or newer. */
        @Test
        void reclaimLeavesGenerationsThatAreKept() {
            PartitionId older = new PartitionId(CONTAINER, 1, 0);
            change(transaction -> {
                transaction.putRun(new Run(older, 0, first.chunk(), 10, 0, 1, 0, 100));
                transaction.putContainer(container(4, 4));
                transaction.putGeneration(generation(2));
            });
            assertResult(transaction -> transaction.reclaim(CONTAINER, 4, 10)).isEqualTo(1);
            assertListed(view -> view.runs(older, 0, 10)).isEmpty();
            assertListed(view -> view.runs(PARTITION, 0, 10)).hasSize(3);
            assertListed(view -> view.generations(CONTAINER)).containsExactly(generation(2));

            change(transaction -> transaction.removeGeneration(CONTAINER, 2));
            assertResult(transaction -> transaction.reclaim(CONTAINER, 4, 10)).isEqualTo(3);
        }

        /** V6: a generation stays as long as a cartridge shows it. */
        @Test
        void aGenerationThatIsShownIsNotGivenUp() {
            ShownGeneration shown = new ShownGeneration(VOLUME_B, VOLUME_A, CONTAINER, 2);
            change(transaction -> {
                transaction.putContainer(container(3, 4));
                transaction.putCartridge(cartridge(VOLUME_B));
                transaction.putGeneration(generation(2));
                transaction.putShownGeneration(shown);
            });
            assertThatThrownBy(
                            () -> change(transaction -> transaction.removeGeneration(CONTAINER, 2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is shown");
            assertThatThrownBy(() -> change(transaction -> transaction.destroyCartridge(VOLUME_B)))
                    .isInstanceOf(IllegalStateException.class);
            assertFound(view -> view.shownGeneration(VOLUME_B)).contains(shown);

            change(transaction -> transaction.removeShownGeneration(VOLUME_B));
            change(transaction -> transaction.removeGeneration(CONTAINER, 2));
            assertListed(CatalogView::shownGenerations).isEmpty();
        }

        @Test
        void onlyEarlierGenerationsAreKept() {
            assertThatThrownBy(
                            () -> change(transaction -> transaction.putGeneration(generation(2))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no earlier one");
            change(transaction -> {
                transaction.putContainer(container(3, 4));
                transaction.reclaim(CONTAINER, 3, 1);
            });
            assertThatThrownBy(
                            () -> change(transaction -> transaction.putGeneration(generation(2))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not whole");
        }

        private GenerationRecord generation(long number) {
            return new GenerationRecord(
                    CONTAINER, number, 5, List.of(new PartitionState(1 << 20, 160, 3, 1600)));
        }

        @Test
        void sharedChunksOutliveOneOfTheirContainers() {
            ContainerId clone = new ContainerId(1, 2);
            PartitionId clonePartition = new PartitionId(clone, 0, 0);
            change(transaction -> {
                transaction.putContainer(
                        new ContainerRecord(clone, 0, 1, false, List.of(PartitionState.empty(1))));
                transaction.putRun(new Run(clonePartition, 0, first.chunk(), 100, 0, 2, 0, 1000));
            });
            assertThat(references(1)).isEqualTo(2);

            change(transaction -> transaction.truncateRuns(PARTITION, 0, RunHead.NONE));
            assertThat(references(1)).isEqualTo(1);
            assertThat(state(1)).contains(ChunkState.OPEN);

            change(transaction -> transaction.truncateRuns(clonePartition, 0, RunHead.NONE));
            assertThat(state(1)).contains(ChunkState.DELETABLE);
        }

        @Test
        void keepsPartitionsAndContainersApart() {
            PartitionId secondPartition = new PartitionId(CONTAINER, 2, 1);
            Run other = new Run(secondPartition, 0, new ChunkId(CONTAINER, 9), 5, 0, 1, 0, 50);
            change(transaction -> {
                transaction.putChunk(chunk(9));
                transaction.putRun(other);
            });
            assertListed(view -> view.runs(secondPartition, 0, 10)).containsExactly(other);
            assertFound(view -> view.runOfFilemark(secondPartition, 0)).contains(other);

            change(transaction -> transaction.truncateRuns(PARTITION, 0, RunHead.NONE));
            assertListed(view -> view.runs(secondPartition, 0, 10)).containsExactly(other);
        }

        @Test
        void containersNeverGoBack() {
            assertThatThrownBy(
                            () -> change(transaction -> transaction.putContainer(container(1, 4))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("generation goes back");
            assertThatThrownBy(
                            () -> change(transaction -> transaction.putContainer(container(2, 3))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("next chunk sequence goes back");
            assertFound(view -> view.container(CONTAINER)).contains(container(2, 4));
        }

        @Test
        void removesAContainerOnceItIsEmpty() {
            assertThatThrownBy(() -> change(transaction -> transaction.removeContainer(CONTAINER)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("still has runs");
            change(transaction -> transaction.truncateRuns(PARTITION, 0, RunHead.NONE));
            assertResult(transaction -> transaction.removeContainer(CONTAINER)).isEqualTo(true);
            assertResult(transaction -> transaction.removeContainer(CONTAINER)).isEqualTo(false);
        }

        @Test
        void chunksGoForwardThroughTheirStates() {
            ChunkDigest digest = ChunkDigest.of(new byte[ChunkDigest.LENGTH_BYTES]);
            ChunkRecord sealed = chunk(1).sealed(2000, 100, Optional.of(digest));
            change(transaction -> transaction.putChunk(sealed));
            assertFound(view -> view.chunk(first.chunk())).contains(sealed);
            assertListed(view -> view.chunks(ChunkState.SEALED, Optional.empty(), 10))
                    .containsExactly(sealed);
            assertListed(view -> view.chunks(ChunkState.OPEN, Optional.empty(), 10))
                    .extracting(ChunkRecord::chunk)
                    .containsExactly(second.chunk(), third.chunk());
            assertListed(view -> view.chunks(ChunkState.OPEN, Optional.of(second.chunk()), 10))
                    .extracting(ChunkRecord::chunk)
                    .containsExactly(third.chunk());
            assertThat(references(1)).isEqualTo(1);

            assertThatThrownBy(() -> change(transaction -> transaction.putChunk(chunk(1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its state goes back");
            assertThatThrownBy(() ->
                            change(transaction -> transaction.putChunk(deletable(first.chunk()))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be deletable");
        }

        @Test
        void deletableChunksStaySo() {
            change(transaction -> transaction.truncateRuns(PARTITION, 150, RunHead.NONE));

            assertThatThrownBy(() -> change(transaction -> transaction.putRun(third)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its file may be gone");
            assertThatThrownBy(() -> change(transaction -> transaction.putChunk(chunk(3))))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void removesChunksThatNothingRefersTo() {
            assertThatThrownBy(() -> change(transaction -> transaction.removeChunk(third.chunk())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is referred to");
            change(transaction -> transaction.truncateRuns(PARTITION, 150, RunHead.NONE));
            assertResult(transaction -> transaction.removeChunk(third.chunk())).isEqualTo(true);
            assertResult(transaction -> transaction.removeChunk(third.chunk())).isEqualTo(false);
            assertFound(view -> view.chunk(third.chunk())).isEmpty();
            assertListed(view -> view.chunks(ChunkState.DELETABLE, Optional.empty(), 10)).isEmpty();
        }

        @Test
        void listsTheChunksOfAContainer() {
            change(transaction ->
                    transaction.putChunk(
                            ChunkRecord.open(
                                    new ChunkId(new ContainerId(1, 2), 1), List.of(DISK), 0, 0)));

            assertListed(view -> view.chunksOf(CONTAINER, 0, 10))
                    .extracting(ChunkRecord::chunk)
                    .containsExactly(first.chunk(), second.chunk(), third.chunk());
            assertListed(view -> view.chunksOf(CONTAINER, 2, 1))
                    .extracting(ChunkRecord::chunk)
                    .containsExactly(second.chunk());
        }

        @Test
        void knowsWhatIsOnADisk() {
            change(transaction -> {
                transaction.putDisk(DiskRecord.added(DISK, "/data/a", "default"));
                transaction.putChunk(chunk(1).withDisks(List.of(DISK, OTHER_DISK)));
                transaction.putChunk(chunk(2).withDisks(List.of(OTHER_DISK)));
            });

            assertListed(view -> view.chunksOn(DISK, Optional.empty(), 10))
                    .containsExactly(first.chunk(), third.chunk());
            assertListed(view -> view.chunksOn(OTHER_DISK, Optional.of(first.chunk()), 10))
                    .containsExactly(second.chunk());
            assertResult(transaction -> transaction.chunkCountOn(OTHER_DISK)).isEqualTo(2L);
            assertThatThrownBy(() -> change(transaction -> transaction.removeDisk(DISK)))
                    .hasMessageContaining("still has copies");

            change(transaction -> {
                transaction.putChunk(chunk(1).withDisks(List.of(OTHER_DISK)));
                transaction.putChunk(chunk(3).withDisks(List.of()));
            });
            assertListed(view -> view.chunksOn(DISK, Optional.empty(), 10)).isEmpty();
            assertResult(transaction -> transaction.removeDisk(DISK)).isEqualTo(true);
            assertListed(CatalogView::disks).isEmpty();
        }

        @Test
        void aCopyIsBadAsLongAsItIsOne() {
            BadCopyRecord bad = new BadCopyRecord(first.chunk(), DISK, 1, "rot");
            change(transaction -> {
                transaction.putBadCopy(bad);
                transaction.putBadCopy(new BadCopyRecord(first.chunk(), OTHER_DISK, 1, "none"));
            });
            assertListed(view -> view.badCopies(Optional.empty(), 10)).containsExactly(bad);

            change(transaction -> transaction.putChunk(chunk(1).withDisks(List.of(OTHER_DISK))));
            assertListed(view -> view.badCopies(Optional.empty(), 10)).isEmpty();
        }

        @Test
        void aBrokenRuleChangesNothingOfItsCall() {
            change(transaction -> {
                assertThatThrownBy(() -> transaction.putRun(run(161, 3, 1, 3, 0, 1600)))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> transaction.truncateRuns(PARTITION, 60, RunHead.NONE))
                        .isInstanceOf(IllegalStateException.class);
            });

            assertListed(view -> view.runs(PARTITION, 0, 10)).containsExactly(first, second, third);
            assertThat(references(3)).isEqualTo(1);
        }

        private ContainerRecord container(long generation, long nextChunkSequence) {
            return new ContainerRecord(
                    CONTAINER,
                    generation,
                    nextChunkSequence,
                    true,
                    List.of(PartitionState.empty(1000), PartitionState.empty(1000)));
        }

        private ChunkRecord chunk(long sequence) {
            return ChunkRecord.open(new ChunkId(CONTAINER, sequence), List.of(DISK), 1000, 100);
        }

        private ChunkRecord deletable(ChunkId chunk) {
            return new ChunkRecord(
                    chunk, ChunkState.DELETABLE, 1000, 100, Optional.empty(), List.of(DISK));
        }

        private Run run(
                long firstObject,
                long sequence,
                long objectCount,
                long firstFilemark,
                long filemarkCount,
                long firstByte) {
            return new Run(
                    PARTITION,
                    firstObject,
                    new ChunkId(CONTAINER, sequence),
                    objectCount,
                    firstFilemark,
                    filemarkCount,
                    firstByte,
                    objectCount * 10);
        }

        private long references(long sequence) {
            return query(view -> view.referenceCount(new ChunkId(CONTAINER, sequence)));
        }

        private Optional<ChunkState> state(long sequence) {
            return query(view -> view.chunk(new ChunkId(CONTAINER, sequence)))
                    .map(ChunkRecord::state);
        }
    }

    @Nested
    class Tiers {

        private final ChunkId chunk = new ChunkId(CONTAINER, 1);
        private final ChunkDigest digest = ChunkDigest.of(new byte[ChunkDigest.LENGTH_BYTES]);
        private final TierCopyRecord inVault = new TierCopyRecord(chunk, "vault", 5, digest, 1);
        private final TierCopyRecord inBucket = new TierCopyRecord(chunk, "bucket", 5, digest, 2);

        private JobRecord job(long number) {
            return JobRecord.queued(
                    number,
                    VOLUME_A,
                    "vault",
                    List.of(TierCopyRecord.ACTIVE),
                    Optional.of(SLOT_1),
                    TierCopyRecord.ACTIVE,
                    Optional.of(OTHER_LIBRARY),
                    false,
                    true,
                    1000);
        }

        @BeforeEach
        void makeACartridge() {
            change(transaction -> transaction.putCartridge(cartridge(VOLUME_A)));
        }

        @Test
        void knowsEveryPlaceOfAChunk() {
            TierCopyRecord other =
                    new TierCopyRecord(new ChunkId(CONTAINER, 2), "vault", 7, digest, 3);
            change(transaction -> {
                transaction.putTierCopy(inVault);
                transaction.putTierCopy(inBucket);
                transaction.putTierCopy(other);
            });

            assertListed(view -> view.tierCopies(chunk)).containsExactly(inBucket, inVault);
            assertListed(view -> view.tierCopies(Optional.empty(), 2))
                    .containsExactly(inBucket, inVault);
            assertListed(view -> view.tierCopies(Optional.of(inVault), 2)).containsExactly(other);
            assertResult(transaction -> transaction.removeTierCopy(chunk, "vault")).isEqualTo(true);
            assertResult(transaction -> transaction.removeTierCopy(chunk, "vault"))
                    .isEqualTo(false);
            assertListed(view -> view.tierCopies(chunk)).containsExactly(inBucket);
        }

        @Test
        void numbersJobsAndKeepsWhatIsFinal() {
            assertResult(CatalogTransaction::nextJob).isEqualTo(1L);
            JobRecord done = job(1).with(JobState.DONE, 0, 0, "", 2000);
            change(transaction -> transaction.putJob(job(1)));
            change(transaction -> {
                transaction.putJob(done);
                transaction.putJob(job(2));
            });

            assertFound(view -> view.job(1)).contains(done);
            assertFound(view -> view.job(3)).isEmpty();
            assertListed(view -> view.jobs(0, 10)).containsExactly(done, job(2));
            assertListed(view -> view.jobs(2, 10)).containsExactly(job(2));
            assertThatThrownBy(() -> change(transaction -> transaction.putJob(job(1))))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> change(transaction -> transaction.putJob(job(4))))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void aCartridgeInTransitIsInNoElement() {
            TransitRecord transit = new TransitRecord(VOLUME_A, 1);
            change(transaction ->
                    transaction.putElement(element(SLOT_1, VOLUME_A, OptionalInt.empty())));
            assertThatThrownBy(() -> change(transaction -> transaction.putTransit(transit)))
                    .isInstanceOf(IllegalStateException.class);

            change(transaction -> {
                transaction.clearElement(SLOT_1);
                transaction.putJob(job(1));
                transaction.putTransit(transit);
            });
            assertFound(view -> view.transit(VOLUME_A)).contains(transit);
            assertThat(catalog.check(ChunkPresence.ASSUMED))
                    .extracting(finding -> finding.kind().name())
                    .doesNotContain("TRANSIT_WRONG");
            for (Consumer<CatalogTransaction> refused :
                    List.<Consumer<CatalogTransaction>>of(
                            t -> t.putTransit(transit),
                            t -> t.putElement(element(SLOT_1, VOLUME_A, OptionalInt.empty())),
                            t -> t.destroyCartridge(VOLUME_A),
                            t -> t.removeCartridge(VOLUME_A))) {
                assertThatThrownBy(() -> change(refused)).isInstanceOf(IllegalStateException.class);
            }

            assertResult(transaction -> transaction.removeTransit(VOLUME_A)).isEqualTo(true);
            assertResult(transaction -> transaction.removeTransit(VOLUME_A)).isEqualTo(false);
            change(transaction ->
                    transaction.putElement(element(SLOT_1, VOLUME_A, OptionalInt.empty())));
            assertFound(view -> view.elementOf(VOLUME_A)).contains(SLOT_1);
        }
    }

    @Test
    void identitiesAreSetOnce() {
        String name = "library/lib0/drive/0/serial";
        assertFound(view -> view.identity(name)).isEmpty();
        assertResult(transaction -> transaction.putIdentityIfAbsent(name, "CAP0001"))
                .isEqualTo("CAP0001");
        assertResult(transaction -> transaction.putIdentityIfAbsent(name, "CAP0002"))
                .isEqualTo("CAP0001");
        assertFound(view -> view.identity(name)).contains("CAP0001");
    }

    @Test
    void parametersAreReplacedAndRemoved() {
        String name = "drive0/page/10/00";
        change(transaction -> transaction.putParameters(name, new byte[] {1}));
        change(transaction -> transaction.putParameters(name, new byte[] {2, 3}));
        assertFound(view -> view.parameters(name))
                .hasValueSatisfying(value -> assertThat(value).containsExactly(2, 3));
        assertResult(transaction -> transaction.removeParameters(name)).isEqualTo(true);
        assertResult(transaction -> transaction.removeParameters(name)).isEqualTo(false);
        assertFound(view -> view.parameters(name)).isEmpty();

        change(transaction -> transaction.putParameters(name, new byte[0xFFFF]));
        assertThatThrownBy(() ->
                        change(transaction -> transaction.putParameters(name, new byte[0x10000])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreBounded() {
        for (String name : List.of("", "x".repeat(256), "with space", "\u00e4")) {
            assertThatThrownBy(() ->
                            change(transaction -> transaction.putParameters(name, new byte[0])))
                    .as("name '%s'", name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theAuditTrailIsNewestFirst() {
        List<AuditRecord> records =
                IntStream.range(0, 5)
                        .mapToObj(i -> new AuditRecord(i, "root", "command " + i, "done"))
                        .toList();
        records.forEach(record -> change(transaction -> transaction.appendAudit(record)));

        assertListed(view -> view.auditTail(2)).containsExactly(records.get(4), records.get(3));
        assertListed(view -> view.auditTail(100)).hasSize(5);
    }

    @Test
    void countsEntries() {
        change(transaction -> {
            transaction.putCartridge(cartridge(VOLUME_A));
            transaction.putCartridge(cartridge(VOLUME_B));
        });

        var statistics = query(CatalogView::statistics);
        assertThat(statistics.entriesByDatabase())
                .containsEntry("cartridges", 2L)
                .containsEntry("runs", 0L);
        assertThat(statistics.mapSizeBytes()).isPositive();
        assertThat(statistics.usedPages()).isPositive();
    }

    @Test
    void limitsAreAtLeastOne() {
        assertThatThrownBy(() -> query(view -> view.cartridges("", Optional.empty(), 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query(view -> view.auditTail(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNewCatalogIsClean() {
        assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
    }

    private void change(Consumer<CatalogTransaction> change) {
        catalog.commit(change);
    }

    private <T> OptionalAssert<T> assertFound(Function<CatalogView, Optional<T>> query) {
        return assertThat(query(query));
    }

    private <T> ListAssert<T> assertListed(Function<CatalogView, List<T>> query) {
        return assertThat(query(query));
    }

    private <T> ObjectAssert<T> assertResult(Function<CatalogTransaction, T> change) {
        T result = result(change);
        return assertThatObject(result);
    }

    private <T> T query(Function<CatalogView, T> query) {
        return catalog.read(query);
    }

    /** What a change gave in the run that was committed. */
    private <T> T result(Function<CatalogTransaction, T> change) {
        List<T> results = new ArrayList<>();
        catalog.commit(transaction -> results.add(change.apply(transaction)));
        return results.getLast();
    }

    private static ElementRecord element(
            ElementLocation location, VolumeIdentifier volume, OptionalInt source) {
        return new ElementRecord(location, volume, source);
    }

    private static CartridgeRecord cartridge(VolumeIdentifier volume) {
        return cartridge(volume, new ContainerId(5, volume.hashCode()));
    }

    private static CartridgeRecord cartridge(VolumeIdentifier volume, ContainerId container) {
        return new CartridgeRecord(
                volume,
                container,
                0x28,
                0x5E,
                12_000_000_000_000L,
                false,
                false,
                1000,
                0,
                0,
                List.of(new MamAttribute(0, 0x0806, 1, new byte[] {'x'})),
                CartridgeState.PRESENT);
    }
}
