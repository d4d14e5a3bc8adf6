package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.format.BlockCipher;
import io.capstan.format.BlockEncoder;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.SpaceOutcome.Stop;
import io.capstan.store.StoreException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Medium} does; each implementation's test inherits it. */
public abstract class MediumContractTest {

    private static final long CAPACITY_BYTES = 64L * 1024 * 1024;
    private static final DataIn NOTHING = DataIn.none();

    private Medium medium;

    /** A blank cartridge, mounted. */
    protected abstract Medium mountBlank(List<Long> partitionCapacitiesBytes) throws Exception;

    /** The same cartridge mounted again after its close, or after a crash if it was not closed. */
    protected abstract Medium mountAgain(Medium closed) throws Exception;

    @BeforeEach
    void mountOnePartition() throws Exception {
        medium = mountBlank(List.of(CAPACITY_BYTES));
    }

    @AfterEach
    void close() throws StoreException {
        medium.close();
    }

    // ---- blank

    @Test
    void blankMediumStandsAtItsBeginningAndHoldsNothing() throws StoreException {
        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
        assertThat(medium.partitionCount()).isEqualTo(1);
        assertThat(medium.endOfData(0)).isZero();
        assertThat(medium.usedBytes(0)).isZero();
        assertThat(medium.capacityBytes(0)).isEqualTo(CAPACITY_BYTES);
        assertThat(medium.remainingBytes()).isEqualTo(CAPACITY_BYTES);
        assertThat(medium.hasUnsynchronizedObjects()).isFalse();
        assertThat(medium.read(NOTHING, 0, 0)).isEqualTo(new ReadOutcome.EndOfData());
        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
    }

    @Test
    void tellsWhichObjectHoldsAByte() throws Exception {
        append(bytes(0, 10));
        medium.appendFilemarks(1);
        append(bytes(1, 20));
        append(bytes(2, 5));
        medium.appendFilemarks(2);
        medium.synchronize();
        append(bytes(3, 7));
        medium.synchronize();

        assertThat(medium.usedBytes(0)).isEqualTo(42);
        assertThat(medium.objectHolding(0, 0)).isZero();
        assertThat(medium.objectHolding(0, 9)).isZero();
        assertThat(medium.objectHolding(0, 10)).as("not the filemark").isEqualTo(2);
        assertThat(medium.objectHolding(0, 29)).isEqualTo(2);
        assertThat(medium.objectHolding(0, 30)).isEqualTo(3);
        assertThat(medium.objectHolding(0, 35)).isEqualTo(6);
        assertThat(medium.objectHolding(0, 41)).isEqualTo(6);
        assertThatIllegalArgumentException().isThrownBy(() -> medium.objectHolding(0, 42));
        assertThatIllegalArgumentException().isThrownBy(() -> medium.objectHolding(0, -1));
        append(bytes(4, 1));
        assertThatIllegalArgumentException()
                .as("what is not synchronized cannot be found")
                .isThrownBy(() -> medium.objectHolding(0, 0));
    }

    @Test
    void blankMediumHasNowhereToGo() throws StoreException {
        assertThat(medium.spaceBlocks(3)).isEqualTo(new SpaceOutcome(Stop.END_OF_DATA, 3));
        assertThat(medium.spaceBlocks(-3))
                .isEqualTo(new SpaceOutcome(Stop.BEGINNING_OF_PARTITION, 3));
        assertThat(medium.spaceFilemarks(2)).isEqualTo(new SpaceOutcome(Stop.END_OF_DATA, 2));
        assertThat(medium.spaceFilemarks(-2))
                .isEqualTo(new SpaceOutcome(Stop.BEGINNING_OF_PARTITION, 2));
        medium.spaceToEndOfData();
        assertThat(medium.locate(0, 0)).isTrue();
        assertThat(medium.locate(0, 1)).isFalse();
        assertThat(medium.locateFile(0, 0)).isTrue();
        assertThat(medium.locateFile(0, 1)).isFalse();
        medium.erase();
        medium.synchronize();
        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
    }

    // ---- blocks

    @ParameterizedTest
    @ValueSource(
            ints = {
                1,
                2,
                3,
                511,
                512,
                4095,
                4096,
                4097,
                65535,
                65536,
                1 << 20,
                (1 << 20) + 1,
                8 << 20
            })
    void blockOfEveryLengthIsReadBackWhole(int lengthBytes) throws StoreException {
        byte[] block = bytes(1, lengthBytes);
        append(block);
        append(bytes(2, 7));

        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 2, 0));
        rewind();
        expectBlock(block);
        expectBlock(bytes(2, 7));
        expectEndOfData();
    }

    @Test
    void blockMayLieInPiecesOnBothSides() throws StoreException {
        byte[] sent = bytes(3, 3000);
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> outPieces =
                    List.of(
                            copy(arena, sent, 0, 100),
                            copy(arena, sent, 100, 1),
                            copy(arena, sent, 101, 2899));
            medium.append(new DataOut(outPieces), 50, 2900);
            rewind();

            List<MemorySegment> inPieces =
                    List.of(arena.allocate(13), arena.allocate(1999), arena.allocate(1000));
            ReadOutcome outcome = medium.read(new DataIn(inPieces), 10, 3002);

            assertThat(outcome).isEqualTo(new ReadOutcome.Block(2900));
            assertThat(Arrays.copyOfRange(join(inPieces), 10, 2910))
                    .isEqualTo(Arrays.copyOfRange(sent, 50, 2950));
        }
    }

    @Test
    void severalBlocksMayComeFromOneBufferAndGoToOne() throws StoreException {
        byte[] sent = bytes(4, 4 * 512);
        for (int i = 0; i < 4; i++) {
            medium.append(DataOut.of(sent), i * 512L, 512);
        }
        rewind();
        byte[] got = new byte[4 * 512];
        for (int i = 0; i < 4; i++) {
            assertThat(medium.read(DataIn.of(got), i * 512L, 512))
                    .isEqualTo(new ReadOutcome.Block(512));
        }
        assertThat(got).isEqualTo(sent);
    }

    @Test
    void encryptedBlockIsGivenBackAsItIsAndTakesWhatIsStored() throws StoreException {
        byte[] block = bytes(3, 1_000);
        EncodedBlock encrypted =
                new BlockEncoder()
                        .encrypt(
                                List.of(MemorySegment.ofArray(block)),
                                block.length,
                                0,
                                false,
                                new BlockCipher(
                                        new DataKey(new byte[DataKey.LENGTH_BYTES]),
                                        new byte[BlockCipher.SALT_LENGTH_BYTES]),
                                new EncryptionDescription(
                                        new byte[] {1}, new byte[] {2, 3}, false, false))
                        .copy();
        medium.append(encrypted);
        assertThat(medium.usedBytes(0)).isEqualTo(encrypted.storedLengthBytes());
        medium.locate(0, 0);
        byte[] target = new byte[2_000];
        ReadOutcome outcome = medium.read(DataIn.of(target), 0, target.length);
        assertThat(target).containsOnly(0);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ReadOutcome.Encrypted.class,
                        read -> {
                            EncodedBlock got = read.block();
                            assertThat(got.encryption()).isEqualTo(1);
                            assertThat(got.compression()).isZero();
                            assertThat(got.logicalLengthBytes()).isEqualTo(1_000);
                            assertThat(got.extension().mismatch(encrypted.extension()))
                                    .isEqualTo(-1);
                            assertThat(got.stored().mismatch(encrypted.stored())).isEqualTo(-1);
                        });
        assertThat(medium.position().objectNumber()).isEqualTo(1);
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.EndOfData());
    }

    @Test
    void compressedBlockIsReadAsItWasAndTakesWhatItIsCompressedTo() throws StoreException {
        byte[] block = new byte[10_000];
        block[5_000] = 1;
        EncodedBlock compressed =
                new BlockEncoder()
                        .compress(List.of(MemorySegment.ofArray(block)), block.length, 0)
                        .orElseThrow();
        int storedBytes = compressed.storedLengthBytes();
        assertThat(storedBytes).isLessThan(100);
        long restBytes = medium.partitionRestBytes();
        medium.append(compressed);
        assertThat(medium.unsynchronizedBytes()).isEqualTo(storedBytes);
        assertThat(medium.usedBytes(0)).isEqualTo(storedBytes);
        assertThat(medium.partitionRestBytes()).isEqualTo(restBytes - storedBytes);
        medium.locate(0, 0);
        byte[] got = new byte[10_000];
        assertThat(medium.read(DataIn.of(got), 0, got.length))
                .isEqualTo(new ReadOutcome.Block(10_000, storedBytes));
        assertThat(got).isEqualTo(block);
        assertThat(medium.partitionRestBytes()).isEqualTo(restBytes - storedBytes);
        medium.locate(0, 0);
        byte[] half = new byte[5_001];
        assertThat(medium.read(DataIn.of(half), 0, half.length))
                .isEqualTo(new ReadOutcome.Block(10_000, storedBytes));
        assertThat(half[5_000]).isEqualTo((byte) 1);
    }

    @Test
    void shortReadGivesTheStartAndTheWholeLengthAndMovesBehindTheBlock() throws StoreException {
        byte[] block = bytes(5, 10_000);
        append(block);
        append(bytes(6, 20));
        rewind();
        byte[] got = new byte[200];

        assertThat(medium.read(DataIn.of(got), 50, 100)).isEqualTo(new ReadOutcome.Block(10_000));

        assertThat(Arrays.copyOfRange(got, 50, 150)).isEqualTo(Arrays.copyOf(block, 100));
        assertThat(Arrays.copyOf(got, 50)).containsOnly(0);
        assertThat(Arrays.copyOfRange(got, 150, 200)).containsOnly(0);
        expectBlock(bytes(6, 20));
    }

    @Test
    void readOfNothingStillMovesBehindTheBlock() throws StoreException {
        append(bytes(7, 600));
        rewind();
        assertThat(medium.read(NOTHING, 0, 0)).isEqualTo(new ReadOutcome.Block(600));
        assertThat(medium.position().objectNumber()).isEqualTo(1);
    }

    @Test
    void verifyMovesAsReadDoes() throws StoreException {
        append(bytes(8, 600));
        medium.appendFilemarks(1);
        rewind();
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(600));
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Filemark());
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.EndOfData());
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 2, 1));
    }

    @Test
    void readBehindTheLastAppendIsEndOfDataHoweverOften() throws StoreException {
        append(bytes(9, 10));
        for (int i = 0; i < 3; i++) {
            expectEndOfData();
            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 1, 0));
        }
    }

    // ---- filemarks

    @Test
    void filemarksAreObjectsOfTheirOwn() throws StoreException {
        append(bytes(1, 10));
        medium.appendFilemarks(1);
        append(bytes(2, 10));
        medium.appendFilemarks(3);
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 6, 4));
        assertThat(medium.endOfData(0)).isEqualTo(6);
        assertThat(medium.usedBytes(0)).isEqualTo(20);

        rewind();
        expectBlock(bytes(1, 10));
        expectFilemark();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 2, 1));
        expectBlock(bytes(2, 10));
        expectFilemark();
        expectFilemark();
        expectFilemark();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 6, 4));
        expectEndOfData();
    }

    @Test
    void mediumMayBeginWithFilemarksAndHoldNothingElse() throws StoreException {
        medium.appendFilemarks(300);
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 300, 300));
        rewind();
        expectFilemark();
        assertThat(medium.locateFile(0, 299)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 299, 299));
        expectFilemark();
        expectEndOfData();
        assertThat(medium.usedBytes(0)).isZero();
    }

    // ---- overwriting

    @Test
    void blockWrittenInTheMiddleEndsTheDataBehindIt() throws StoreException {
        appendBlocks(10, 100);
        medium.locate(0, 4);

        append(bytes(77, 33));

        assertThat(medium.endOfData(0)).isEqualTo(5);
        assertThat(medium.usedBytes(0)).isEqualTo(4 * 100 + 33);
        expectEndOfData();
        rewind();
        for (int i = 0; i < 4; i++) {
            expectBlock(bytes(i, 100));
        }
        expectBlock(bytes(77, 33));
        expectEndOfData();
    }

    @Test
    void filemarkWrittenInTheMiddleEndsTheDataBehindIt() throws StoreException {
        appendBlocks(5, 100);
        medium.appendFilemarks(2);
        appendBlocks(5, 100);
        medium.locate(0, 3);

        medium.appendFilemarks(1);

        assertThat(medium.endOfData(0)).isEqualTo(4);
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 4, 1));
        assertThat(medium.locateFile(0, 2)).isFalse();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 4, 1));
    }

    @Test
    void overwritingAfterAReadBeginsBehindWhatWasRead() throws StoreException {
        appendBlocks(3, 50);
        rewind();
        expectBlock(bytes(0, 50));
        append(bytes(9, 60));
        rewind();
        expectBlock(bytes(0, 50));
        expectBlock(bytes(9, 60));
        expectEndOfData();
    }

    @Test
    void overwritingFromTheBeginningForgetsEverything() throws StoreException {
        appendBlocks(20, 3000);
        medium.appendFilemarks(1);
        for (int round = 0; round < 5; round++) {
            rewind();
            append(bytes(100 + round, 500));
            assertThat(medium.endOfData(0)).isEqualTo(1);
            assertThat(medium.usedBytes(0)).isEqualTo(500);
            assertThat(medium.position()).isEqualTo(new MediumPosition(0, 1, 0));
        }
        rewind();
        expectBlock(bytes(104, 500));
        expectEndOfData();
    }

    @Test
    void overwrittenMediumIsTheSameAfterItIsMountedAgain() throws Exception {
        appendBlocks(50, 2000);
        medium.appendFilemarks(1);
        medium.locate(0, 30);
        appendBlocks(5, 700);
        medium.locate(0, 33);
        append(bytes(55, 1));
        mountAgain();

        assertThat(medium.endOfData(0)).isEqualTo(34);
        for (int i = 0; i < 30; i++) {
            expectBlock(bytes(i, 2000));
        }
        for (int i = 0; i < 3; i++) {
            expectBlock(bytes(i, 700));
        }
        expectBlock(bytes(55, 1));
        expectEndOfData();
    }

    @Test
    void appendingGoesOnAtEndOfDataAfterItIsMountedAgain() throws Exception {
        List<byte[]> all = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            medium.spaceToEndOfData();
            for (int i = 0; i < 4; i++) {
                byte[] block = bytes(round * 10 + i, 1000 + round);
                append(block);
                all.add(block);
            }
            mountAgain();
        }
        for (byte[] block : all) {
            expectBlock(block);
        }
        expectEndOfData();
    }

    // ---- synchronizing

    @Test
    void whatIsNotSynchronizedIsCounted() throws StoreException {
        append(bytes(1, 100));
        append(bytes(2, 50));
        medium.appendFilemarks(2);
        assertThat(medium.hasUnsynchronizedObjects()).isTrue();
        assertThat(medium.unsynchronizedObjects()).isEqualTo(4);
        assertThat(medium.unsynchronizedBytes()).isEqualTo(150);
        assertThat(medium.endOfData(0)).isEqualTo(4);

        medium.synchronize();

        assertThat(medium.hasUnsynchronizedObjects()).isFalse();
        assertThat(medium.unsynchronizedObjects()).isZero();
        assertThat(medium.unsynchronizedBytes()).isZero();
        append(bytes(3, 10));
        assertThat(medium.unsynchronizedObjects()).isEqualTo(1);
        assertThat(medium.unsynchronizedBytes()).isEqualTo(10);
    }

    @Test
    void everyMoveSynchronizesFirst() throws StoreException {
        List<Move> moves =
                List.of(
                        () -> medium.locate(0, 0),
                        () -> medium.locateFile(0, 0),
                        () -> medium.spaceBlocks(-1),
                        () -> medium.spaceBlocks(1),
                        () -> medium.spaceFilemarks(-1),
                        () -> medium.spaceFilemarks(1),
                        () -> medium.spaceToEndOfData(),
                        () -> medium.erase());
        for (Move move : moves) {
            append(bytes(1, 100));
            assertThat(medium.hasUnsynchronizedObjects()).isTrue();
            move.go();
            assertThat(medium.hasUnsynchronizedObjects()).isFalse();
        }
    }

    private interface Move {
        void go() throws StoreException;
    }

    @Test
    void readAtEndOfDataDoesNotSynchronize() throws StoreException {
        append(bytes(1, 100));
        expectEndOfData();
        assertThat(medium.unsynchronizedObjects()).isEqualTo(1);
    }

    @Test
    void closeSynchronizes() throws Exception {
        append(bytes(1, 100));
        medium.appendFilemarks(1);
        mountAgain();
        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
        assertThat(medium.endOfData(0)).isEqualTo(2);
        expectBlock(bytes(1, 100));
        expectFilemark();
    }

    // ---- spacing over blocks

    /** Objects 0 to 9: b b b F b b F F b b. */
    private void writeFiles() throws StoreException {
        appendBlocks(3, 10);
        medium.appendFilemarks(1);
        appendBlocks(2, 10);
        medium.appendFilemarks(2);
        appendBlocks(2, 10);
    }

    @Test
    void spacingOverBlocksForwards() throws StoreException {
        writeFiles();
        expectSpaceBlocks(0, 2, Stop.COMPLETE, 0, 2);
        expectSpaceBlocks(0, 3, Stop.COMPLETE, 0, 3);
        expectSpaceBlocks(0, 4, Stop.FILEMARK, 1, 4);
        expectSpaceBlocks(0, 100, Stop.FILEMARK, 97, 4);
        expectSpaceBlocks(3, 1, Stop.FILEMARK, 1, 4);
        expectSpaceBlocks(7, 5, Stop.FILEMARK, 5, 8);
        expectSpaceBlocks(8, 2, Stop.COMPLETE, 0, 10);
        expectSpaceBlocks(8, 3, Stop.END_OF_DATA, 1, 10);
        expectSpaceBlocks(10, 3, Stop.END_OF_DATA, 3, 10);
        expectSpaceBlocks(5, 0, Stop.COMPLETE, 0, 5);
        expectSpaceBlocks(0, Long.MAX_VALUE, Stop.FILEMARK, Long.MAX_VALUE - 3, 4);
        expectSpaceBlocks(9, Long.MAX_VALUE, Stop.END_OF_DATA, Long.MAX_VALUE - 1, 10);
    }

    @Test
    void spacingOverBlocksBackwards() throws StoreException {
        writeFiles();
        expectSpaceBlocks(10, -2, Stop.COMPLETE, 0, 8);
        expectSpaceBlocks(10, -3, Stop.FILEMARK, 1, 7);
        expectSpaceBlocks(8, -1, Stop.FILEMARK, 1, 7);
        expectSpaceBlocks(7, -9, Stop.FILEMARK, 9, 6);
        expectSpaceBlocks(6, -9, Stop.FILEMARK, 7, 3);
        expectSpaceBlocks(3, -3, Stop.COMPLETE, 0, 0);
        expectSpaceBlocks(3, -4, Stop.BEGINNING_OF_PARTITION, 1, 0);
        expectSpaceBlocks(0, -4, Stop.BEGINNING_OF_PARTITION, 4, 0);
        expectSpaceBlocks(2, -Long.MAX_VALUE, Stop.BEGINNING_OF_PARTITION, Long.MAX_VALUE - 2, 0);
    }

    private void expectSpaceBlocks(long from, long count, Stop stop, long residual, long to)
            throws StoreException {
        medium.locate(0, from);
        assertThat(medium.spaceBlocks(count))
                .as("from %s over %s blocks", from, count)
                .isEqualTo(new SpaceOutcome(stop, residual));
        assertThat(medium.position().objectNumber())
                .as("from %s over %s blocks", from, count)
                .isEqualTo(to);
        expectFileNumberIsRight();
    }

    // ---- spacing over filemarks

    @Test
    void spacingOverFilemarksForwards() throws StoreException {
        writeFiles();
        expectSpaceFilemarks(0, 1, Stop.COMPLETE, 0, 4);
        expectSpaceFilemarks(3, 1, Stop.COMPLETE, 0, 4);
        expectSpaceFilemarks(4, 1, Stop.COMPLETE, 0, 7);
        expectSpaceFilemarks(4, 2, Stop.COMPLETE, 0, 8);
        expectSpaceFilemarks(0, 3, Stop.COMPLETE, 0, 8);
        expectSpaceFilemarks(0, 4, Stop.END_OF_DATA, 1, 10);
        expectSpaceFilemarks(8, 4, Stop.END_OF_DATA, 4, 10);
        expectSpaceFilemarks(5, 0, Stop.COMPLETE, 0, 5);
        expectSpaceFilemarks(0, Long.MAX_VALUE, Stop.END_OF_DATA, Long.MAX_VALUE - 3, 10);
    }

    @Test
    void spacingOverFilemarksBackwards() throws StoreException {
        writeFiles();
        expectSpaceFilemarks(10, -1, Stop.COMPLETE, 0, 7);
        expectSpaceFilemarks(8, -1, Stop.COMPLETE, 0, 7);
        expectSpaceFilemarks(7, -1, Stop.COMPLETE, 0, 6);
        expectSpaceFilemarks(10, -3, Stop.COMPLETE, 0, 3);
        expectSpaceFilemarks(10, -4, Stop.BEGINNING_OF_PARTITION, 1, 0);
        expectSpaceFilemarks(3, -2, Stop.BEGINNING_OF_PARTITION, 2, 0);
        expectSpaceFilemarks(
                4, -Long.MAX_VALUE, Stop.BEGINNING_OF_PARTITION, Long.MAX_VALUE - 1, 0);
    }

    private void expectSpaceFilemarks(long from, long count, Stop stop, long residual, long to)
            throws StoreException {
        medium.locate(0, from);
        assertThat(medium.spaceFilemarks(count))
                .as("from %s over %s filemarks", from, count)
                .isEqualTo(new SpaceOutcome(stop, residual));
        assertThat(medium.position().objectNumber())
                .as("from %s over %s filemarks", from, count)
                .isEqualTo(to);
        expectFileNumberIsRight();
    }

    private void expectFileNumberIsRight() {
        List<Long> filemarks = List.of(3L, 6L, 7L);
        long objectNumber = medium.position().objectNumber();
        assertThat(medium.position().fileNumber())
                .as("file number in front of object %s", objectNumber)
                .isEqualTo(filemarks.stream().filter(f -> f < objectNumber).count());
    }

    // ---- locating

    @Test
    void locateGoesInFrontOfEveryObject() throws StoreException {
        writeFiles();
        for (long objectNumber = 0; objectNumber <= 10; objectNumber++) {
            assertThat(medium.locate(0, objectNumber)).isTrue();
            assertThat(medium.position().objectNumber()).isEqualTo(objectNumber);
            expectFileNumberIsRight();
        }
        medium.locate(0, 4);
        expectBlock(bytes(0, 10));
    }

    @Test
    void locatePastEndOfDataStopsThere() throws StoreException {
        writeFiles();
        assertThat(medium.locate(0, 11)).isFalse();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 10, 3));
        rewind();
        assertThat(medium.locate(0, Long.MAX_VALUE)).isFalse();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 10, 3));
    }

    @Test
    void locateFileGoesBehindTheFilemark() throws StoreException {
        writeFiles();
        assertThat(medium.locateFile(0, 0)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 0, 0));
        assertThat(medium.locateFile(0, 1)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 4, 1));
        assertThat(medium.locateFile(0, 2)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 7, 2));
        assertThat(medium.locateFile(0, 3)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 8, 3));
        assertThat(medium.locateFile(0, 4)).isFalse();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 10, 3));
    }

    @Test
    void everyPositionOfALongTapeIsFound() throws Exception {
        Random random = new Random(4711);
        List<byte[]> objects = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            if (random.nextInt(20) == 0) {
                medium.appendFilemarks(1);
                objects.add(SimpleTape.FILEMARK);
            } else {
                byte[] block = bytes(i, 1 + random.nextInt(2000));
                append(block);
                objects.add(block);
            }
        }
        mountAgain();
        for (int i = 0; i < 300; i++) {
            int at = random.nextInt(objects.size());
            assertThat(medium.locate(0, at)).isTrue();
            long filemarksBefore = objects.stream().limit(at).filter(o -> o.length == 0).count();
            assertThat(medium.position()).isEqualTo(new MediumPosition(0, at, filemarksBefore));
            if (objects.get(at).length == 0) {
                expectFilemark();
            } else {
                expectBlock(objects.get(at));
            }
            assertThat(medium.locateFile(0, filemarksBefore)).isTrue();
            assertThat(medium.position().objectNumber())
                    .isEqualTo(behindFilemark(objects, filemarksBefore));
        }
    }

    private static long behindFilemark(List<byte[]> objects, long fileNumber) {
        long seen = 0;
        int at = 0;
        while (seen < fileNumber) {
            seen += objects.get(at++).length == 0 ? 1 : 0;
        }
        return at;
    }

    // ---- partitions

    @Test
    void partitionsHoldTheirOwnObjects() throws Exception {
        remountBlank(List.of(1L << 20, 2L << 20, 3L << 20));
        assertThat(medium.partitionCount()).isEqualTo(3);
        assertThat(medium.capacityBytes(2)).isEqualTo(3L << 20);
        appendBlocks(3, 100);
        assertThat(medium.locate(2, 0)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(2, 0, 0));
        medium.appendFilemarks(2);
        append(bytes(9, 900));
        assertThat(medium.locate(1, 5)).isFalse();
        assertThat(medium.position()).isEqualTo(new MediumPosition(1, 0, 0));
        append(bytes(8, 800));
        mountAgain();

        assertThat(medium.partitionCount()).isEqualTo(3);
        assertThat(medium.endOfData(0)).isEqualTo(3);
        assertThat(medium.endOfData(1)).isEqualTo(1);
        assertThat(medium.endOfData(2)).isEqualTo(3);
        assertThat(medium.usedBytes(0)).isEqualTo(300);
        assertThat(medium.usedBytes(1)).isEqualTo(800);
        assertThat(medium.usedBytes(2)).isEqualTo(900);
        expectBlock(bytes(0, 100));
        assertThat(medium.locateFile(2, 2)).isTrue();
        assertThat(medium.position()).isEqualTo(new MediumPosition(2, 2, 2));
        expectBlock(bytes(9, 900));
        expectEndOfData();
        assertThat(medium.locate(1, 0)).isTrue();
        expectBlock(bytes(8, 800));
        expectEndOfData();
    }

    @Test
    void overwritingOnePartitionLeavesTheOthers() throws Exception {
        remountBlank(List.of(1L << 20, 1L << 20));
        appendBlocks(5, 100);
        medium.locate(1, 0);
        appendBlocks(4, 200);
        medium.locate(0, 0);
        append(bytes(7, 70));
        medium.locate(1, 2);
        medium.erase();
        mountAgain();

        assertThat(medium.endOfData(0)).isEqualTo(1);
        assertThat(medium.endOfData(1)).isEqualTo(2);
        expectBlock(bytes(7, 70));
        expectEndOfData();
        medium.locate(1, 0);
        expectBlock(bytes(0, 200));
        expectBlock(bytes(1, 200));
        expectEndOfData();
    }

    @Test
    void spacingStaysInItsPartition() throws Exception {
        remountBlank(List.of(1L << 20, 1L << 20));
        appendBlocks(2, 10);
        medium.appendFilemarks(1);
        medium.locate(1, 0);
        medium.appendFilemarks(1);
        appendBlocks(2, 10);
        assertThat(medium.spaceFilemarks(-2))
                .isEqualTo(new SpaceOutcome(Stop.BEGINNING_OF_PARTITION, 1));
        assertThat(medium.position()).isEqualTo(new MediumPosition(1, 0, 0));
        medium.locate(0, 0);
        assertThat(medium.spaceFilemarks(2)).isEqualTo(new SpaceOutcome(Stop.END_OF_DATA, 1));
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 3, 1));
    }

    // ---- erase and format

    @Test
    void eraseEndsTheDataAtThePosition() throws Exception {
        writeFiles();
        medium.locate(0, 5);
        medium.erase();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 1));
        assertThat(medium.endOfData(0)).isEqualTo(5);
        assertThat(medium.usedBytes(0)).isEqualTo(40);
        expectEndOfData();
        mountAgain();
        assertThat(medium.endOfData(0)).isEqualTo(5);
        medium.spaceToEndOfData();
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 1));
        append(bytes(3, 30));
        medium.locate(0, 4);
        expectBlock(bytes(0, 10));
        expectBlock(bytes(3, 30));
        expectEndOfData();
    }

    @Test
    void eraseFromTheBeginningLeavesABlankMedium() throws Exception {
        writeFiles();
        rewind();
        medium.erase();
        assertThat(medium.endOfData(0)).isZero();
        assertThat(medium.usedBytes(0)).isZero();
        mountAgain();
        assertThat(medium.endOfData(0)).isZero();
        expectEndOfData();
        append(bytes(3, 30));
        rewind();
        expectBlock(bytes(3, 30));
        expectEndOfData();
    }

    @Test
    void eraseAtEndOfDataKeepsEverything() throws Exception {
        writeFiles();
        medium.erase();
        mountAgain();
        assertThat(medium.endOfData(0)).isEqualTo(10);
        assertThat(medium.locateFile(0, 3)).isTrue();
    }

    @Test
    void formatLaysOutAnewAndForgetsAllContent() throws Exception {
        writeFiles();
        medium.attributes().put(attribute(0, 0x0806, "KEPT"));
        append(bytes(1, 10));
        medium.format(List.of(3L << 20, 5L << 20));

        assertThat(medium.position()).isEqualTo(MediumPosition.BEGINNING);
        assertThat(medium.hasUnsynchronizedObjects()).isFalse();
        for (int round = 0; round < 2; round++) {
            assertThat(medium.partitionCount()).isEqualTo(2);
            assertThat(medium.capacityBytes(0)).isEqualTo(3L << 20);
            assertThat(medium.capacityBytes(1)).isEqualTo(5L << 20);
            assertThat(medium.endOfData(0)).isZero();
            assertThat(medium.endOfData(1)).isZero();
            assertThat(medium.usedBytes(0)).isZero();
            assertThat(value(0, 0x0806)).contains("KEPT");
            expectEndOfData();
            mountAgain();
        }
        medium.locate(1, 0);
        append(bytes(2, 20));
        medium.format(List.of(9L << 20));
        assertThat(medium.partitionCount()).isEqualTo(1);
        assertThat(medium.endOfData(0)).isZero();
        append(bytes(3, 30));
        mountAgain();
        assertThat(medium.partitionCount()).isEqualTo(1);
        expectBlock(bytes(3, 30));
        expectEndOfData();
    }

    // ---- capacity

    @Test
    void remainingBytesAreWhatThePartitionCanStillTakeFromHere() throws Exception {
        remountBlank(List.of(10_000L, 20_000L));
        append(bytes(1, 4000));
        append(bytes(2, 1000));
        medium.appendFilemarks(1);
        assertThat(medium.remainingBytes()).isEqualTo(5000);
        assertThat(medium.usedBytes(0)).isEqualTo(5000);
        medium.locate(0, 1);
        assertThat(medium.remainingBytes()).isEqualTo(6000);
        expectBlock(bytes(2, 1000));
        assertThat(medium.remainingBytes()).isEqualTo(5000);
        rewind();
        assertThat(medium.remainingBytes()).isEqualTo(10_000);
        medium.locate(1, 0);
        assertThat(medium.remainingBytes()).isEqualTo(20_000);
    }

    @Test
    void blockThatDoesNotFitIsRefusedAndNothingElseHappens() throws Exception {
        remountBlank(List.of(10_000L));
        append(bytes(1, 9000));
        assertThatExceptionOfType(StoreException.NoSpace.class)
                .isThrownBy(() -> append(bytes(2, 1001)));
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 1, 0));
        assertThat(medium.unsynchronizedObjects()).isEqualTo(1);
        append(bytes(3, 1000));
        assertThat(medium.remainingBytes()).isZero();
        medium.appendFilemarks(2);
        assertThatExceptionOfType(StoreException.NoSpace.class)
                .isThrownBy(() -> append(bytes(4, 1)));
        mountAgain();
        expectBlock(bytes(1, 9000));
        expectBlock(bytes(3, 1000));
        expectFilemark();
        expectFilemark();
        expectEndOfData();
        rewind();
        append(bytes(5, 10_000));
        assertThat(medium.remainingBytes()).isZero();
    }

    // ---- cartridge memory

    @Test
    void attributesAreKeptByPartitionAndIdentifier() throws Exception {
        remountBlank(List.of(1L << 20, 1L << 20));
        medium.attributes().put(attribute(0, 0x0806, "CAP001L8"));
        medium.attributes().put(attribute(0, 0x0400, "CAPSTAN"));
        medium.attributes().put(attribute(1, 0x0806, "other"));
        medium.attributes().put(attribute(0, 0x0801, "gone"));
        medium.attributes().put(attribute(0, 0x0803, ""));
        medium.attributes().remove(0, 0x0801);
        medium.attributes().remove(0, 0x1401);
        medium.attributes().put(attribute(0, 0x0400, "changed"));
        for (int round = 0; round < 2; round++) {
            assertThat(value(0, 0x0806)).contains("CAP001L8");
            assertThat(value(1, 0x0806)).contains("other");
            assertThat(value(0, 0x0801)).isEmpty();
            assertThat(value(0, 0x0803)).contains("");
            assertThat(value(1, 0x0400)).isEmpty();
            assertThat(medium.attributes().list(0).stream().map(Attribute::identifier))
                    .containsExactly(0x0400, 0x0803, 0x0806);
            assertThat(value(0, 0x0400)).contains("changed");
            assertThat(medium.attributes().get(0, 0x0400).orElseThrow().format())
                    .isEqualTo(AttributeStore.Format.ASCII);
            assertThat(medium.attributes().list(2)).isEmpty();
            mountAgain();
        }
    }

    @Test
    void attributesAloneAreNothingToCountButAreSynchronized() throws Exception {
        medium.attributes().put(attribute(0, 0x0806, "A"));
        assertThat(medium.hasUnsynchronizedObjects()).isFalse();
        medium.synchronize();
        medium.attributes().put(attribute(0, 0x0806, "B"));
        append(bytes(1, 10));
        medium.synchronize();
        mountAgain();
        assertThat(value(0, 0x0806)).contains("B");
    }

    @Test
    void attributesThatDoNotFitAreRefused() {
        int fullBytes = AttributeStore.CAPACITY_BYTES;
        medium.attributes().put(attribute(0, 0x1400, "x".repeat(fullBytes - 20)));
        assertThat(medium.attributes().usedBytes()).isEqualTo(fullBytes - 15);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> medium.attributes().put(attribute(0, 0x1401, "x".repeat(11))));
        assertThat(value(0, 0x1401)).isEmpty();
        medium.attributes().put(attribute(0, 0x1401, "x".repeat(10)));
        assertThat(medium.attributes().usedBytes()).isEqualTo(fullBytes);
        medium.attributes().put(attribute(0, 0x1401, ""));
        medium.attributes().remove(0, 0x1400);
        assertThat(medium.attributes().usedBytes()).isEqualTo(5);
    }

    private static Attribute attribute(int partition, int identifier, String value) {
        return new Attribute(
                partition,
                identifier,
                AttributeStore.Format.ASCII,
                value.getBytes(StandardCharsets.US_ASCII));
    }

    private Optional<String> value(int partition, int identifier) {
        return medium.attributes()
                .get(partition, identifier)
                .map(a -> new String(a.value(), StandardCharsets.US_ASCII));
    }

    // ---- bad arguments and closing

    @Test
    void badArgumentsAreRefusedAndChangeNothing() throws StoreException {
        writeFiles();
        medium.synchronize();
        medium.locate(0, 5);
        byte[] some = new byte[100];
        List<Move> bad =
                List.of(
                        () -> medium.append(DataOut.of(some), 0, 0),
                        () -> medium.append(DataOut.of(some), 0, Medium.BLOCK_LENGTH_MAX_BYTES + 1),
                        () -> medium.appendFilemarks(0),
                        () -> medium.appendFilemarks(-1),
                        () -> medium.locate(1, 0),
                        () -> medium.locate(-1, 0),
                        () -> medium.locate(0, -1),
                        () -> medium.locateFile(4, 0),
                        () -> medium.locateFile(0, -1),
                        () -> medium.usedBytes(1),
                        () -> medium.capacityBytes(1),
                        () -> medium.endOfData(-1),
                        () -> medium.format(List.of()),
                        () -> medium.format(List.of(1L, 1L, 1L, 1L, 1L)),
                        () -> medium.format(List.of(0L)));
        for (Move call : bad) {
            assertThatIllegalArgumentException().isThrownBy(call::go);
        }
        assertThat(medium.position()).isEqualTo(new MediumPosition(0, 5, 1));
        assertThat(medium.endOfData(0)).isEqualTo(10);
        expectBlock(bytes(1, 10));
    }

    @Test
    void closedMediumIsUnusableAndMayBeClosedAgain() throws StoreException {
        append(bytes(1, 10));
        medium.close();
        medium.close();
        List<Move> calls =
                List.of(
                        () -> append(bytes(1, 1)),
                        () -> medium.appendFilemarks(1),
                        () -> medium.verify(),
                        () -> medium.synchronize(),
                        () -> medium.locate(0, 0),
                        () -> medium.locateFile(0, 0),
                        () -> medium.spaceBlocks(1),
                        () -> medium.spaceFilemarks(-1),
                        () -> medium.spaceToEndOfData(),
                        () -> medium.erase(),
                        () -> medium.format(List.of(1L)));
        for (Move call : calls) {
            assertThatIllegalStateException().isThrownBy(call::go);
        }
    }

    // ---- helpers

    /** Bytes that differ by seed and length. */
    protected static byte[] bytes(int seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed * 31L + lengthBytes).nextBytes(bytes);
        return bytes;
    }

    private void mountAgain() throws Exception {
        medium.close();
        medium = mountAgain(medium);
    }

    private void remountBlank(List<Long> capacitiesBytes) throws Exception {
        medium.close();
        medium = mountBlank(capacitiesBytes);
    }

    private void rewind() throws StoreException {
        assertThat(medium.locate(medium.position().partition(), 0)).isTrue();
    }

    private void append(byte[] block) throws StoreException {
        medium.append(DataOut.of(block), 0, block.length);
    }

    /** Blocks of one length, block i having the seed i. */
    private void appendBlocks(int count, int lengthBytes) throws StoreException {
        for (int i = 0; i < count; i++) {
            append(bytes(i, lengthBytes));
        }
    }

    private void expectBlock(byte[] block) throws StoreException {
        byte[] got = new byte[block.length + 16];
        MediumPosition before = medium.position();
        assertThat(medium.read(DataIn.of(got), 0, got.length))
                .as("at %s", before)
                .isEqualTo(new ReadOutcome.Block(block.length));
        assertThat(Arrays.equals(got, 0, block.length, block, 0, block.length))
                .as("content at %s", before)
                .isTrue();
        assertThat(medium.position())
                .isEqualTo(
                        new MediumPosition(
                                before.partition(),
                                before.objectNumber() + 1,
                                before.fileNumber()));
    }

    private void expectFilemark() throws StoreException {
        MediumPosition before = medium.position();
        assertThat(medium.read(DataIn.of(new byte[16]), 0, 16))
                .isEqualTo(new ReadOutcome.Filemark());
        assertThat(medium.position())
                .isEqualTo(
                        new MediumPosition(
                                before.partition(),
                                before.objectNumber() + 1,
                                before.fileNumber() + 1));
    }

    private void expectEndOfData() throws StoreException {
        MediumPosition before = medium.position();
        assertThat(medium.read(DataIn.of(new byte[16]), 0, 16))
                .isEqualTo(new ReadOutcome.EndOfData());
        assertThat(medium.position()).isEqualTo(before);
    }

    private static MemorySegment copy(Arena arena, byte[] bytes, int offset, int lengthBytes) {
        return arena.allocate(lengthBytes)
                .copyFrom(MemorySegment.ofArray(bytes).asSlice(offset, lengthBytes));
    }

    private static byte[] join(List<MemorySegment> pieces) {
        byte[] joined = new byte[pieces.stream().mapToInt(p -> (int) p.byteSize()).sum()];
        int at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.ofArray(joined).asSlice(at, piece.byteSize()).copyFrom(piece);
            at += (int) piece.byteSize();
        }
        return joined;
    }
}
