package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that can be wrong between catalog and disk is found, and nothing else is. */
final class MediumCheckTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("CAP001L8");

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Node node;

    @BeforeEach
    void start() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory, UnaryOperator.identity());
        Medium medium = node.mountNew(VOLUME.text(), List.of(5_000_000L));
        append(medium, 30);
        medium.close();
        node.awaitIdle();
        assertThat(check()).isEmpty();
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private static void append(Medium medium, int count) throws StoreException {
        for (int i = 0; i < count; i++) {
            medium.append(DataOut.of(MediumContractTest.bytes(i, 10_000)), 0, 10_000);
        }
    }

    private List<Finding> check() throws StoreException {
        return MediumCheck.run(node.catalog(), node.store(), node.io());
    }

    private ContainerId container() throws StoreException {
        return node.cartridges().status(VOLUME).orElseThrow().container();
    }

    private Path chunkFile(long sequence) throws StoreException {
        return node.store().files().find(new ChunkId(container(), sequence)).orElseThrow();
    }

    private void expectOne(String text) throws StoreException {
        List<Finding> findings = check();
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().toString()).contains(text);
        assertThat(findings.getFirst().severity()).isEqualTo(Finding.Severity.DAMAGE);
    }

    @Test
    void missingChunkFile() throws Exception {
        disk.delete(chunkFile(2));
        expectOne("no file on disk");
    }

    @Test
    void chunkFileCutShort() throws Exception {
        Path file = chunkFile(2);
        disk.put(file, Arrays.copyOf(disk.content(file), 40_000));
        assertThat(check()).anyMatch(f -> f.text().contains("has 40000 bytes"));
    }

    @Test
    void chunkFileThatHoldsAnother() throws Exception {
        disk.put(chunkFile(2), disk.content(chunkFile(3)));
        expectOne("file holds chunk");
    }

    @Test
    void damagedDirectoryIsNoDamageButADamagedHeaderIs() throws Exception {
        disk.flipBit(chunkFile(2), 8L * 20);
        assertThat(check()).hasSize(1);
    }

    @Test
    void fileOfAnUnknownChunk() throws Exception {
        disk.put(chunkFile(2).resolveSibling("00000000000000ff.chunk"), disk.content(chunkFile(2)));
        expectOne("knows nothing of");
    }

    @Test
    void filesOfAnUnknownContainer() throws Exception {
        disk.put(
                Path.of("/disk0/chunks/ab/ab000000000000000000000000000001/0000000000000001.chunk"),
                new byte[100]);
        expectOne("knows nothing of");
    }

    @Test
    void whatIsBeingWrittenIsLeftOut() throws Exception {
        Medium medium = node.mount(VOLUME.text());
        medium.spaceToEndOfData();
        append(medium, 30);
        assertThat(check()).isEmpty();
        medium.synchronize();
        assertThat(check()).isEmpty();
        medium.locate(0, 5);
        medium.erase();
        node.awaitIdle();
        assertThat(check()).isEmpty();
        medium.close();
        assertThat(check()).isEmpty();
    }

    @Test
    void missingLabel() throws Exception {
        disk.delete(Path.of("/disk1/labels/CAP001L8.label"));
        expectOne("is missing");
    }

    @Test
    void damagedLabel() throws Exception {
        disk.flipBit(Path.of("/disk1/labels/CAP001L8.label"), 800);
        assertThat(check()).hasSize(1);
    }

    @Test
    void labelOfAnUnknownCartridge() throws Exception {
        disk.put(
                Path.of("/disk0/labels/CAP009L8.label"),
                disk.content(Path.of("/disk0/labels/CAP001L8.label")));
        expectOne("knows nothing of this cartridge");
    }

    @Test
    void labelThatDisagrees() throws Exception {
        LabelStore labels = new LabelStore(List.of(Path.of("/disk0")), node.io());
        CartridgeLabel label = labels.read(VOLUME).orElseThrow();
        labels.write(with(label, new ContainerId(1, 1), label.generation(), label.revision()));
        expectOne("names container");
        labels.write(with(label, label.container(), 7, label.revision()));
        expectOne("names generation 7");
        labels.write(with(label, label.container(), 0, 99));
        expectOne("has revision 99");
        labels.write(label);
        assertThat(check()).isEmpty();
    }

    private static CartridgeLabel with(
            CartridgeLabel label, ContainerId container, long generation, long revision) {
        return new CartridgeLabel(
                container,
                label.medium(),
                label.partitionSizesBytes(),
                generation,
                false,
                "",
                OptionalInt.empty(),
                label.attributes(),
                revision,
                label.createdEpochMillis());
    }
}
