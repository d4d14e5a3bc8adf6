package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.fakes.catalog.PoweredCatalog;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes off at every single disk call of an operation: afterwards it has happened or it has not, in the catalog and
 * in the files alike.
 */
final class CrashPointTest {

    private static final String VOLUME = "CAP001L8";

    /** More disk calls than any operation here makes. */
    private static final int CALLS_MAX = 200;

    @TempDir Path directory;

    private int catalogCount;

    private interface Operation {
        void run(Node node, Medium medium) throws StoreException;
    }

    private interface Expectation {
        void check(Node node, List<List<byte[]>> content, boolean happened) throws Exception;
    }

    private void crashEverywhere(List<Long> layout, Operation operation, Expectation expectation)
            throws Exception {
        for (int call = 1; call < CALLS_MAX; call++) {
            SimulatedDisk disk = new SimulatedDisk(call);
            disk.capacityBytes(1L << 40);
            boolean happened = false;
            try (Node node =
                    Node.on(
                            disk,
                            directory.resolve("catalog" + catalogCount++),
                            c -> new PoweredCatalog(c, disk))) {
                Medium medium = node.mountNew(VOLUME, layout);
                write(medium);
                node.awaitIdle();
                disk.losePowerAt(call);
                try {
                    operation.run(node, medium);
                    happened = true;
                } catch (StoreException e) {
                    assertThat(disk.isPowerLost()).as("call %s: %s", call, e).isTrue();
                }
                boolean finished = !disk.isPowerLost();
                node.stop();
                disk.restart();
                node.start();
                checkAll(node, expectation, happened);
                if (finished) {
                    return;
                }
            }
        }
        throw new AssertionError("the operation makes more than " + CALLS_MAX + " disk calls");
    }

    /** Ten blocks and a filemark in partition 0. */
    private static void write(Medium medium) throws StoreException {
        for (int i = 0; i < 10; i++) {
            append(medium, i);
        }
        medium.appendFilemarks(1);
        medium.synchronize();
    }

    private static void append(Medium medium, int number) throws StoreException {
        byte[] block = MediumContractTest.bytes(number, 5000);
        medium.append(DataOut.of(block), 0, block.length);
    }

    private void checkAll(Node node, Expectation expectation, boolean happened) throws Exception {
        Medium medium = node.mount(VOLUME);
        List<List<byte[]>> content = RandomTape.contentOf(medium);
        medium.close();
        expectation.check(node, content, happened);
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
        try (Catalog fresh = Node.openCatalog(directory.resolve("rebuilt" + catalogCount++))) {
            assertThat(CatalogRebuild.run(node.store(), node.io(), fresh).findings()).isEmpty();
            Medium rebuilt = Node.mountReadOnly(node, fresh, VOLUME);
            assertThat(RandomTape.isSame(RandomTape.contentOf(rebuilt), content)).isTrue();
        }
    }

    @Test
    void eraseInTheMiddle() throws Exception {
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.locate(0, 4);
                    medium.erase();
                },
                (node, content, happened) ->
                        assertThat(content.getFirst().size())
                                .isIn(happened ? List.of(4) : List.of(4, 11)));
    }

    @Test
    void eraseOfEverything() throws Exception {
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.locate(0, 0);
                    medium.erase();
                },
                (node, content, happened) ->
                        assertThat(content.getFirst().size())
                                .isIn(happened ? List.of(0) : List.of(0, 11)));
    }

    @Test
    void eraseAndWrite() throws Exception {
        crashEverywhere(
                List.of(1_000_000L, 1_000_000L),
                (node, medium) -> {
                    medium.locate(0, 7);
                    medium.erase();
                    medium.locate(1, 0);
                    append(medium, 70);
                    medium.locate(0, 7);
                    append(medium, 71);
                    medium.synchronize();
                },
                (node, content, happened) -> {
                    int first = content.getFirst().size();
                    int second = content.get(1).size();
                    assertThat(first * 10 + second)
                            .isIn(happened ? List.of(81) : List.of(110, 70, 71, 81));
                });
    }

    @Test
    void format() throws Exception {
        List<Long> layout = List.of(400_000L, 500_000L, 600_000L);
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> medium.format(layout),
                (node, content, happened) -> {
                    boolean isNew = content.size() == 3;
                    assertThat(isNew || !happened).isTrue();
                    Medium medium = node.mount(VOLUME);
                    assertThat(medium.partitionCount()).isEqualTo(isNew ? 3 : 1);
                    assertThat(medium.capacityBytes(0)).isEqualTo(isNew ? 400_000 : 1_000_000);
                    assertThat(content.getFirst().size()).isEqualTo(isNew ? 0 : 11);
                    if (isNew) {
                        assertThat(medium.capacityBytes(2)).isEqualTo(600_000);
                    }
                    medium.close();
                });
    }

    @Test
    void formatWithDataThatIsNotSynchronized() throws Exception {
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.locate(0, 5);
                    append(medium, 50);
                    medium.format(List.of(2_000_000L));
                },
                (node, content, happened) ->
                        assertThat(content.getFirst().size())
                                .isIn(happened ? List.of(0) : List.of(0, 6, 11)));
    }

    @Test
    void overwritingFromTheBeginning() throws Exception {
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.locate(0, 0);
                    for (int i = 0; i < 40; i++) {
                        append(medium, 100 + i);
                    }
                    medium.synchronize();
                },
                (node, content, happened) -> {
                    List<byte[]> objects = content.getFirst();
                    boolean isOld = objects.size() == 11 && objects.getLast().length == 0;
                    assertThat(isOld || objects.size() <= 40).isTrue();
                    assertThat(!happened || objects.size() == 40).isTrue();
                    for (int i = 0; i < objects.size() && !isOld; i++) {
                        assertThat(objects.get(i))
                                .isEqualTo(MediumContractTest.bytes(100 + i, 5000));
                    }
                });
    }

    @Test
    void closing() throws Exception {
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    append(medium, 11);
                    medium.attributes()
                            .put(
                                    new AttributeStore.Attribute(
                                            0,
                                            0x1400,
                                            AttributeStore.Format.BINARY,
                                            new byte[] {1, 2, 3}));
                    medium.close();
                },
                (node, content, happened) -> {
                    assertThat(content.getFirst().size())
                            .isIn(happened ? List.of(12) : List.of(11, 12));
                    Medium medium = node.mount(VOLUME);
                    boolean hasAttribute = medium.attributes().get(0, 0x1400).isPresent();
                    assertThat(hasAttribute || !happened).isTrue();
                    medium.close();
                });
    }

    @Test
    void makingACartridge() throws Exception {
        VolumeIdentifier other = new VolumeIdentifier("CAP002L8");
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.close();
                    node.cartridges().create(NewCartridge.of(other, 0x88, 0x5E, 500_000));
                },
                (node, content, happened) -> {
                    assertThat(content.getFirst().size()).isEqualTo(11);
                    boolean exists = node.cartridges().status(other).isPresent();
                    assertThat(exists || !happened).isTrue();
                    if (exists) {
                        node.mount(other.text()).close();
                    }
                });
    }

    @Test
    void deletingACartridge() throws Exception {
        VolumeIdentifier other = new VolumeIdentifier("CAP002L8");
        crashEverywhere(
                List.of(1_000_000L),
                (node, medium) -> {
                    medium.close();
                    Medium doomed = node.mountNew(other.text(), List.of(900_000L));
                    write(doomed);
                    doomed.close();
                    node.cartridges().delete(other);
                    awaitIdle(node);
                },
                (node, content, happened) -> {
                    assertThat(content.getFirst().size()).isEqualTo(11);
                    node.awaitIdle();
                    boolean exists = node.cartridges().status(other).isPresent();
                    assertThat(!exists || !happened).isTrue();
                });
    }

    private static void awaitIdle(Node node) {
        try {
            node.awaitIdle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
