package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkRecord;
import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.DiskCondition;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.store.StoreListener;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A medium with two copies of everything on three disks, of which any one may go. */
final class MirroredMediumTest {

    private static final String VOLUME = "CAP001L8";
    private static final int BLOCK_BYTES = 10_000;
    private static final Path A = Path.of("/a");
    private static final Path B = Path.of("/b");
    private static final Path C = Path.of("/c");
    private static final List<Path> ALL = List.of(A, B, C);

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final FaultyDirectories io = new FaultyDirectories(disk);
    private final List<DiskId> failed = new CopyOnWriteArrayList<>();
    private final List<DiskId> faultyCopies = new CopyOnWriteArrayList<>();
    private Node node;
    private Medium medium;
    private int written;

    @BeforeEach
    void start() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.mirrored(io, directory, UnaryOperator.identity(), 0, ALL);
        medium = node.mountNew(VOLUME, List.of(50_000_000L));
        listen();
    }

    private void listen() {
        node.store()
                .listen(
                        new StoreListener() {
                            @Override
                            public void diskFailed(
                                    DiskId id, DiskCondition condition, String reason) {
                                failed.add(id);
                            }

                            @Override
                            public void copyFault(ChunkId chunk, DiskId id, String reason) {
                                faultyCopies.add(id);
                            }

                            @Override
                            public void copyDropped(ChunkId chunk, DiskId id) {}
                        });
    }

    @AfterEach
    void stop() {
        ALL.forEach(io::heal);
        node.stop();
    }

    private void write(int blocks) throws StoreException {
        for (int i = 0; i < blocks; i++) {
            medium.append(
                    DataOut.of(MediumContractTest.bytes(written++, BLOCK_BYTES)), 0, BLOCK_BYTES);
        }
    }

    private void expectEverything() throws StoreException {
        medium.locate(0, 0);
        List<byte[]> objects = RandomTape.contentOf(medium).getFirst();
        assertThat(objects).hasSize(written);
        for (int i = 0; i < written; i++) {
            assertThat(objects.get(i)).isEqualTo(MediumContractTest.bytes(i, BLOCK_BYTES));
        }
    }

    private ContainerId container() throws StoreException {
        return node.cartridges().status(new VolumeIdentifier(VOLUME)).orElseThrow().container();
    }

    private List<ChunkRecord> chunks() throws StoreException {
        ContainerId container = container();
        return node.catalog().read(view -> view.chunksOf(container, 1, 1000));
    }

    private static DiskId id(Path directory) {
        return StoreDisks.unlabelled(directory);
    }

    private void remount() throws StoreException {
        medium.close();
        node.restart();
        listen();
        medium = node.mount(VOLUME);
    }

    private List<Finding> check() throws StoreException {
        return MediumCheck.run(node.catalog(), node.store(), node.io());
    }

    @Test
    void aSynchronizeIsDoneWhenAllCopiesAreStable() throws Exception {
        write(30);
        medium.synchronize();

        assertThat(chunks())
                .isNotEmpty()
                .allSatisfy(chunk -> {
                    assertThat(chunk.disks()).hasSize(2);
                    for (DiskId copy : chunk.disks()) {
                        assertThat(
                                        node.store()
                                                .files()
                                                .lengthBytes(chunk.chunk(), copy)
                                                .orElseThrow())
                                .isGreaterThanOrEqualTo(chunk.lengthBytes());
                    }
                });
        assertThat(check()).isEmpty();
        for (Path gone : ALL) {
            io.remove(gone);
            expectEverything();
            io.heal(gone);
            remount();
        }
    }

    @Test
    void chunksGoToTheDisksWithTheMostSpace() throws Exception {
        write(60);
        medium.close();

        for (Path each : ALL) {
            DiskId on = id(each);
            long count = node.catalog().read(view -> view.chunkCountOn(on));
            assertThat(count).isPositive();
        }
    }

    @Test
    void aDiskThatFailsWhileWritingCostsNothing() throws Exception {
        write(3);
        medium.synchronize();
        DiskId first = chunks().getFirst().disks().getFirst();
        Path bad = ALL.stream().filter(each -> id(each).equals(first)).findFirst().orElseThrow();
        io.fail(bad);

        write(30);
        medium.synchronize();

        assertThat(failed).containsExactly(first);
        expectEverything();
        assertThat(chunks())
                .allSatisfy(chunk -> assertThat(chunk.disks()).isNotEmpty().doesNotContain(first));
        assertThat(chunks().getLast().disks()).hasSize(2);
        medium.close();
        node.stop();
        node.start();
        listen();
        medium = node.mount(VOLUME);
        assertThat(failed).containsExactly(first, first);
        expectEverything();
    }

    @Test
    void thatNoMoreFilesCanBeOpenedIsNoFaultOfADisk() throws Exception {
        write(3);
        medium.synchronize();
        disk.failNext(
                SimulatedDisk.Call.CREATE,
                new FileSystemException("/a/chunk", null, "Too many open files"));

        write(30);
        medium.synchronize();

        assertThat(failed).isEmpty();
        expectEverything();
    }

    @Test
    void aDiskThatHangsIsNotWaitedForAgain() throws Exception {
        node.stop();
        node = Node.mirrored(io, directory, UnaryOperator.identity(), 3000, ALL);
        listen();
        medium = node.mount(VOLUME);
        write(3);
        medium.synchronize();
        DiskId first = chunks().getFirst().disks().getFirst();
        Path bad = ALL.stream().filter(each -> id(each).equals(first)).findFirst().orElseThrow();
        io.hang(bad);

        write(30);
        medium.synchronize();

        assertThat(failed).containsExactly(first);
        int asked = io.held(bad);
        assertThat(asked).isPositive();
        write(30);
        medium.synchronize();
        expectEverything();
        assertThat(io.held(bad)).as("one time-out was all the pause there was").isEqualTo(asked);
        io.heal(bad);
        expectEverything();
        medium.close();
    }

    @Test
    void theLastCopyIsNotGivenUp() throws Exception {
        write(5);
        medium.synchronize();
        int kept = written;
        ALL.forEach(io::fail);
        write(1);
        assertThatExceptionOfType(StoreException.class).isThrownBy(medium::synchronize);
        written = kept;
        medium.close();
        ALL.forEach(io::heal);

        node.restart();
        medium = node.mount(VOLUME);
        expectEverything();
    }

    @Test
    void whatOneCopyCannotGiveTheOtherDoes() throws Exception {
        write(6);
        medium.close();
        medium = node.mount(VOLUME);
        ChunkRecord chunk = chunks().getFirst();
        DiskId first = node.store().files().copies(chunk.chunk()).getFirst();
        Path bad = ALL.stream().filter(each -> id(each).equals(first)).findFirst().orElseThrow();
        Path file =
                disk.files().stream()
                        .filter(each -> each.startsWith(bad) && each.toString().endsWith(".chunk"))
                        .findFirst()
                        .orElseThrow();
        disk.flipBit(file, 8L * (4096 + 48 + 5));

        expectEverything();

        assertThat(faultyCopies).containsExactly(first);
        assertThat(medium.correctedReads()).isEqualTo(1);
    }

    @Test
    void bothCopiesBadIsDamageOfThatRecordAlone() throws Exception {
        write(6);
        medium.close();
        medium = node.mount(VOLUME);
        for (Path file : disk.files()) {
            if (file.toString().endsWith(".chunk")) {
                disk.flipBit(file, 8L * (4096 + 48 + 5));
            }
        }
        assertThatExceptionOfType(StoreException.Corrupt.class)
                .isThrownBy(() -> RandomTape.contentOf(medium));
        medium.locate(0, 1);
        medium.verify();
        assertThat(faultyCopies).as("both are reported").doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void anEmptyMountPointIsNotWrittenTo() throws Exception {
        medium.close();
        Path label = A.resolve("disk");
        byte[] bytes = disk.content(label);
        disk.delete(label);
        medium = node.mount(VOLUME);

        write(60);
        medium.synchronize();

        assertThat(failed).containsExactly(id(A));
        assertThat(disk.files()).noneMatch(f -> f.startsWith(A) && f.toString().endsWith("chunk"));
        assertThat(node.store().disks().view(id(A)).orElseThrow().condition())
                .isEqualTo(DiskCondition.MISSING);
        disk.put(label, bytes);
        assertThat(node.store().disks().probe(id(A))).isTrue();
        expectEverything();
    }

    @Test
    void oneFullDiskIsAFullPool() throws Exception {
        write(3);
        medium.synchronize();
        disk.capacityBytes(0);
        int kept = written;
        assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(() -> write(60));
        written = Math.max(kept, (int) medium.position().objectNumber());
        disk.capacityBytes(1L << 40);
        medium.synchronize();

        expectEverything();
        assertThat(chunks()).allSatisfy(chunk -> assertThat(chunk.disks()).hasSize(2));
        assertThat(failed).isEmpty();
    }

    @Test
    void theCatalogIsRebuiltFromTheCopiesThatAreLeft() throws Exception {
        write(20);
        medium.synchronize();
        // This one misses the rest, and comes back with what it had.
        DiskId first = chunks().getLast().disks().getFirst();
        Path bad = ALL.stream().filter(each -> id(each).equals(first)).findFirst().orElseThrow();
        io.fail(bad);
        write(20);
        medium.close();
        List<CartridgeStatus> before = node.cartridges().list("");
        node.awaitIdle();
        node.stop();
        io.heal(bad);

        Path fresh = directory.resolve("fresh");
        node.useCatalog(fresh);
        node.start();
        node.stop();
        List<Finding> findings = new ArrayList<>();
        Path rebuilt = directory.resolve("rebuilt");
        try (Catalog catalog = Node.openCatalog(rebuilt)) {
            findings.addAll(CatalogRebuild.run(node.store(), node.io(), catalog).findings());
        }
        node.useCatalog(rebuilt);
        node.start();

        assertThat(findings).isEmpty();
        assertThat(node.cartridges().list(""))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("loadCount")
                .isEqualTo(before);
        medium = node.mount(VOLUME);
        expectEverything();
        assertThat(check()).filteredOn(f -> f.severity() == Finding.Severity.DAMAGE).isEmpty();
    }
}
