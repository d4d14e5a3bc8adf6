package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataOut;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.fakes.store.SimulatedDisk.Call;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a disk that fails, or is full, does to a medium, while the node goes on. */
final class MediumFaultTest {

    private static final String VOLUME = "CAP001L8";
    private static final long CAPACITY_BYTES = 50_000_000;

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Node node;
    private Medium medium;

    @BeforeEach
    void start() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory, UnaryOperator.identity());
        // What the start leaves to the background would take the faults.
        node.awaitIdle();
        medium = node.mountNew(VOLUME, List.of(CAPACITY_BYTES));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private static byte[] block(int number, int lengthBytes) {
        return MediumContractTest.bytes(number, lengthBytes);
    }

    /** Appends blocks that are known by their numbers. */
    private void append(int from, int to, int lengthBytes) throws StoreException {
        for (int number = from; number < to; number++) {
            byte[] block = block(number, lengthBytes);
            medium.append(DataOut.of(block), 0, lengthBytes);
        }
    }

    private void expectBlocks(int count, int lengthBytes) throws StoreException {
        List<byte[]> content = RandomTape.contentOf(medium).getFirst();
        assertThat(content.size()).isEqualTo(count);
        for (int number = 0; number < count; number++) {
            assertThat(content.get(number)).isEqualTo(block(number, lengthBytes));
        }
    }

    private void mountAgain() throws StoreException {
        medium.close();
        medium = node.mount(VOLUME);
    }

    private void expectNothingWrong() throws Exception {
        node.awaitIdle();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isEmpty();
    }

    // ---- a disk that fails

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"WRITE", "FORCE"})
    void failedSynchronizeDropsWhatItDidNotCoverAndWritingGoesOn(Call call) throws Exception {
        append(0, 5, 1000);
        medium.synchronize();
        append(50, 53, 1000);
        disk.failNext(call, new IOException("simulated"));

        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(medium::synchronize);

        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 0));
        assertThat(medium.unsynchronizedObjects()).isZero();
        assertThat(medium.endOfData(0)).isEqualTo(5);
        append(5, 9, 1000);
        expectBlocks(9, 1000);
        mountAgain();
        expectBlocks(9, 1000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void failedSynchronizeBringsBackWhatWasOverwritten() throws Exception {
        append(0, 10, 1000);
        medium.locate(0, 4);
        append(50, 53, 1000);
        disk.failNext(Call.FORCE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class)
                .isThrownBy(() -> medium.locate(0, 0));
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 4, 0));
        assertThat(medium.endOfData(0)).isEqualTo(10);
        assertThat(medium.usedBytes(0)).isEqualTo(10_000);
        expectBlocks(10, 1000);
        mountAgain();
        expectBlocks(10, 1000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void whatAnAppendThatFailedWasToCutOffStays() throws Exception {
        append(0, 10, 1000);
        medium.locate(0, 0);
        disk.beforeEachCall(
                () -> disk.failNext(Call.CREATE, new FileIo.OutOfSpaceException("full")));
        assertThatExceptionOfType(StoreException.NoSpace.class)
                .isThrownBy(() -> append(50, 51, 1000));
        disk.beforeEachCall(() -> {});
        disk.clearFaults();

        medium.attributes()
                .put(
                        new AttributeStore.Attribute(
                                0, 0x1400, AttributeStore.Format.BINARY, new byte[] {1, 2}));
        medium.synchronize();

        expectBlocks(10, 1000);
        mountAgain();
        expectBlocks(10, 1000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void failedFirstWriteFromTheBeginningBringsBackTheGenerationBefore() throws Exception {
        append(0, 10, 1000);
        medium.locate(0, 0);
        append(50, 53, 1000);
        disk.failNext(Call.FORCE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(medium::synchronize);
        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
        expectBlocks(10, 1000);
        medium.spaceToEndOfData();
        append(10, 12, 1000);
        mountAgain();
        expectBlocks(12, 1000);
    }

    @Test
    void faultInTheBackgroundComesOutLaterAndOnce() throws Exception {
        append(0, 5, 1000);
        medium.synchronize();
        disk.failNext(Call.FORCE, new IOException("simulated"));

        assertThatExceptionOfType(StoreException.WriteFailed.class)
                .isThrownBy(() -> {
                    // Enough for several chunks, of which the first is forced in the background.
                    append(50, 150, 3000);
                    medium.synchronize();
                });

        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 0));
        append(5, 105, 1000);
        expectBlocks(105, 1000);
        mountAgain();
        expectBlocks(105, 1000);
        medium.close();
        expectNothingWrong();
    }

    /** Ten blocks; what was to come over the last six failed, and its file could not be deleted. */
    private void overwriteWithWhatCannotBeUndone() throws StoreException {
        append(0, 10, 1000);
        medium.locate(0, 4);
        append(50, 53, 1000);
        disk.failNext(Call.FORCE, new IOException("simulated"));
        disk.failNext(Call.DELETE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(medium::synchronize);
    }

    @Test
    void whatCannotBeUndoneRefusesAllWrites() throws Exception {
        overwriteWithWhatCannotBeUndone();

        disk.failNext(Call.DELETE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class)
                .isThrownBy(() -> append(4, 5, 1000));
        disk.failNext(Call.DELETE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(medium::erase);
        disk.failNext(Call.DELETE, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.WriteFailed.class)
                .isThrownBy(() -> medium.format(List.of(1L)));
        AttributeStore.Attribute attribute =
                new AttributeStore.Attribute(
                        0, 0x1400, AttributeStore.Format.BINARY, new byte[] {1, 2});
        medium.attributes().put(attribute);
        expectBlocks(10, 1000);

        mountAgain();
        assertThat(medium.attributes().get(0, 0x1400)).isPresent();
        List<byte[]> content = RandomTape.contentOf(medium).getFirst();
        for (int number = 0; number < 4; number++) {
            assertThat(content.get(number)).isEqualTo(block(number, 1000));
        }
        medium.spaceToEndOfData();
        append(60, 61, 1000);
        mountAgain();
        medium.close();
        expectNothingWrong();
    }

    @Test
    void whatCanBeUndoneAtLastIsWrittenAgain() throws Exception {
        overwriteWithWhatCannotBeUndone();

        append(4, 20, 1000);
        medium.synchronize();

        expectBlocks(20, 1000);
        mountAgain();
        expectBlocks(20, 1000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void failedEraseAndFormatChangeNothing() throws Exception {
        append(0, 10, 1000);
        medium.locate(0, 4);
        for (int attempt = 0; attempt < 2; attempt++) {
            disk.failNext(Call.FORCE, new IOException("simulated"));
            assertThatExceptionOfType(StoreException.class).isThrownBy(medium::erase);
            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 4, 0));
            disk.failNext(Call.CREATE, new IOException("simulated"));
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> {
                        // One directory may fail; the label needs one, and so does the chunk.
                        disk.failNext(Call.RENAME, new IOException("simulated"));
                        disk.failNext(Call.FORCE, new IOException("simulated"));
                        medium.erase();
                    });
            assertThat(medium.endOfData(0)).isEqualTo(10);
            medium.locate(0, 4);
        }
        expectBlocks(10, 1000);
        mountAgain();
        expectBlocks(10, 1000);
        medium.close();
        node.restart();
        expectNothingWrong();
        medium = node.mount(VOLUME);
    }

    @Test
    void failedReadCanBeTriedAgain() throws Exception {
        append(0, 3, 1000);
        medium.locate(0, 1);
        disk.failNext(Call.READ, new IOException("simulated"));
        assertThatExceptionOfType(StoreException.ReadFailed.class).isThrownBy(medium::verify);
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 1, 0));
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(1000));
    }

    // ---- a disk that fails at random

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 4);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void faultsAtRandomLeaveWhatTheContractSays(long seed) throws Exception {
        medium.close();
        Random random = new Random(seed);
        List<Long> layout = List.of(6_000_000L, 3_000_000L);
        RandomTape tape =
                new RandomTape(
                        random,
                        node.mountNew("CAP002L8", layout),
                        new SimpleTape(
                                new VolumeIdentifier("CAP002L8"),
                                new MediumDescription(0x88, 0x5E, 0, false, false),
                                layout));
        Call[] calls = {
            Call.WRITE,
            Call.FORCE,
            Call.CREATE,
            Call.FORCE_DIRECTORY,
            Call.READ,
            Call.DELETE,
            Call.OPEN,
            Call.TRUNCATE,
            Call.RENAME
        };
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(8) == 0) {
                Call call = calls[random.nextInt(calls.length)];
                tape.note("fault " + call);
                disk.failNext(
                        call,
                        random.nextInt(4) == 0
                                ? new FileIo.OutOfSpaceException("simulated")
                                : new IOException("simulated"));
            }
            try {
                if (tape.model().remainingBytes() < 700_000) {
                    tape.medium().locate(0, 0);
                    tape.model().locate(0, 0);
                }
                tape.step();
            } catch (StoreException e) {
                tape.note(e.toString());
                settle(tape);
            }
        }
        settle(tape);
        tape.medium().close();
        node.restart();
        expectNothingWrong();
        medium = node.mount(VOLUME);
    }

    /** After a fault the content is one of those possible; both tapes go on from there. */
    private void settle(RandomTape tape) throws Exception {
        List<List<List<byte[]>>> acceptable = tape.acceptable();
        disk.clearFaults();
        try {
            tape.medium().close();
        } catch (StoreException e) {
            tape.note(e.toString());
        }
        Medium again = node.mount("CAP002L8");
        List<List<byte[]>> actual = RandomTape.contentOf(again);
        assertThat(acceptable)
                .as(() -> tape.history() + "\nfound " + RandomTape.describe(actual))
                .anyMatch(content -> RandomTape.isSame(content, actual));
        List<Long> layout = new ArrayList<>();
        for (int partition = 0; partition < again.partitionCount(); partition++) {
            layout.add(again.capacityBytes(partition));
        }
        tape.continueWith(again, SimpleTape.holding(tape.model(), layout, actual));
        tape.compareState();
    }

    // ---- a disk that is full

    @Test
    void fullDiskRefusesBlocksAndTakesThemAgainOnceThereIsSpace() throws Exception {
        append(0, 20, 10_000);
        medium.synchronize();
        medium.close();
        disk.capacityBytes(used() + 300_000);
        node.restart();
        medium = node.mount(VOLUME);
        medium.spaceToEndOfData();

        int written = 20;
        try {
            while (true) {
                append(written, written + 1, 10_000);
                written++;
            }
        } catch (StoreException.NoSpace e) {
            assertThat(medium.position().objectNumber()).isEqualTo(written);
        }
        assertThat(written).isGreaterThan(25);
        assertThat(medium.remainingBytes()).isLessThan(10_000);

        disk.capacityBytes(1L << 40);
        medium.synchronize();
        append(written, written + 30, 10_000);
        mountAgain();
        expectBlocks(written + 30, 10_000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void diskThatFillsUpUnseenLosesNothingThatWasAppended() throws Exception {
        append(0, 3, 10_000);
        medium.synchronize();
        disk.capacityBytes(used() + 40_000);
        int written = 3;
        try {
            // The free space known is an older one, so the disk itself says no.
            while (true) {
                append(written, written + 1, 10_000);
                written++;
                medium.synchronize();
            }
        } catch (StoreException.NoSpace e) {
            assertThat(medium.endOfData(0)).isEqualTo(written);
        }
        assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(medium::synchronize);
        assertThat(medium.hasUnsynchronizedObjects()).isTrue();

        disk.capacityBytes(1L << 40);
        medium.synchronize();
        append(written, written + 3, 10_000);
        mountAgain();
        expectBlocks(written + 3, 10_000);
        medium.close();
        expectNothingWrong();
    }

    @Test
    void nodeThatStopsWithAFullDiskKeepsWhatWasSynchronized() throws Exception {
        append(0, 3, 10_000);
        medium.synchronize();
        disk.capacityBytes(used() + 40_000);
        assertThatExceptionOfType(StoreException.NoSpace.class)
                .isThrownBy(() -> {
                    append(3, 10, 10_000);
                    medium.synchronize();
                });
        assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(medium::close);
        disk.capacityBytes(1L << 40);
        node.restart();
        medium = node.mount(VOLUME);
        List<byte[]> content = RandomTape.contentOf(medium).getFirst();
        assertThat(content.size()).isBetween(3, 10);
        for (int number = 0; number < content.size(); number++) {
            assertThat(content.get(number)).isEqualTo(block(number, 10_000));
        }
    }

    private long used() {
        return disk.files().stream().mapToLong(file -> disk.content(file).length).sum();
    }
}
