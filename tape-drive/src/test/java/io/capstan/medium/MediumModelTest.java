package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.Catalog;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The medium does what the simple tape does, whatever is done to it, mounted again and restarted in between. */
final class MediumModelTest {

    @TempDir Path directory;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mediumDoesWhatTheSimpleTapeDoes(long seed) throws Exception {
        Random random = new Random(seed);
        try (Node node = Node.onDisk(directory)) {
            List<Long> layout =
                    seed % 2 == 0 ? List.of(4_000_000L) : List.of(3_000_000L, 2_000_000L);
            RandomTape tape =
                    new RandomTape(random, node.mountNew("CAP001L8", layout), newModel(layout));
            for (int i = 0; i < 400; i++) {
                if (tape.model().remainingBytes() < 700_000) {
                    tape.medium().locate(0, 0);
                    tape.model().locate(0, 0);
                }
                tape.step();
                tape.compareState();
                if (random.nextInt(25) == 0) {
                    mountAgain(tape, node, random.nextInt(4) == 0);
                    tape.compareState();
                }
            }
            checkContent(tape, node);
        }
    }

    private static SimpleTape newModel(List<Long> layout) {
        return new SimpleTape(
                new VolumeIdentifier("CAP001L8"),
                new MediumDescription(0x88, 0x5E, 0, false, false),
                layout);
    }

    private static void mountAgain(RandomTape tape, Node node, boolean restart) throws Exception {
        tape.medium().close();
        tape.model().close();
        if (restart) {
            node.restart();
        }
        tape.continueWith(node.mount("CAP001L8"), tape.model().remount());
    }

    private void checkContent(RandomTape tape, Node node) throws Exception {
        List<List<byte[]>> expected = RandomTape.contentOf(tape.model());
        List<List<byte[]>> actual = RandomTape.contentOf(tape.medium());
        assertThat(RandomTape.isSame(actual, expected))
                .as("%s\n%s", RandomTape.describe(actual), RandomTape.describe(expected))
                .isTrue();
        for (int id = 0x1400; id < 0x1404; id++) {
            assertThat(tape.medium().attributes().get(0, id).map(a -> List.of(a.value())))
                    .usingRecursiveComparison()
                    .isEqualTo(tape.model().attributes().get(0, id).map(a -> List.of(a.value())));
        }
        tape.medium().close();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
        checkRebuilt(node, expected);
    }

    private void checkRebuilt(Node node, List<List<byte[]>> expected) throws Exception {
        node.stop();
        Path fresh = directory.resolve("rebuilt");
        try (Catalog catalog = Node.openCatalog(fresh)) {
            assertThat(CatalogRebuild.run(node.store(), node.io(), catalog).findings()).isEmpty();
            assertThat(MediumCheck.run(catalog, node.store(), node.io())).isEmpty();
        }
        node.useCatalog(fresh);
        node.start();
        Medium medium = node.mount("CAP001L8");
        List<List<byte[]>> actual = new ArrayList<>(RandomTape.contentOf(medium));
        assertThat(RandomTape.isSame(actual, expected))
                .as("rebuilt %s\n%s", RandomTape.describe(actual), RandomTape.describe(expected))
                .isTrue();
        medium.close();
    }
}
