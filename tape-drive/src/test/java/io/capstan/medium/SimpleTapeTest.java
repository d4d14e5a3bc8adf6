package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataOut;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simple tape keeps the medium's contract, and its faults do what the contract says of faults. */
final class SimpleTapeTest extends MediumContractTest {

    @Override
    protected Medium mountBlank(List<Long> partitionCapacitiesBytes) {
        long sumBytes = partitionCapacitiesBytes.stream().mapToLong(Long::longValue).sum();
        return new SimpleTape(
                new VolumeIdentifier("CAP001L8"),
                new MediumDescription(0x88, 0x5E, sumBytes, false, false),
                partitionCapacitiesBytes);
    }

    @Override
    protected Medium mountAgain(Medium closed) {
        return ((SimpleTape) closed).remount();
    }

    private final SimpleTape tape = SimpleTape.blank("CAP002L8", 1 << 20);

    private void append(int... lengthsBytes) throws StoreException {
        for (int lengthBytes : lengthsBytes) {
            tape.append(DataOut.of(bytes(lengthBytes, lengthBytes)), 0, lengthBytes);
        }
    }

    @Test
    void failedSynchronizeDropsWhatWasNotSynchronizedAndBringsBackWhatItOverwrote()
            throws StoreException {
        append(10, 20, 30);
        tape.locate(0, 1);
        append(40, 50, 60);
        tape.failNextSynchronize(new StoreException.WriteFailed("disk", null));

        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(tape::synchronize);

        assertThat(tape.position()).isEqualTo(new MediumPosition(0, 1, 0));
        assertThat(tape.unsynchronizedObjects()).isZero();
        assertThat(tape.objects(0).stream().map(o -> o.length)).containsExactly(10, 20, 30);
        tape.synchronize();
    }

    @Test
    void synchronizeWithoutSpaceKeepsEverythingForTheNextTry() throws StoreException {
        append(10, 20);
        tape.failNextSynchronize(new StoreException.NoSpace("full", null));
        assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(() -> tape.locate(0, 0));
        assertThat(tape.unsynchronizedObjects()).isEqualTo(2);
        tape.synchronize();
        assertThat(tape.endOfData(0)).isEqualTo(2);
    }

    @Test
    void failedAppendDropsWhatWasNotSynchronized() throws StoreException {
        append(10);
        tape.synchronize();
        append(20);
        tape.failNextAppend(new StoreException.WriteFailed("disk", null));
        assertThatExceptionOfType(StoreException.WriteFailed.class).isThrownBy(() -> append(30));
        assertThat(tape.position()).isEqualTo(new MediumPosition(0, 1, 0));
        append(40);
        assertThat(tape.endOfData(0)).isEqualTo(2);
    }

    @Test
    void damagedObjectsThrowAndArePassed() throws StoreException {
        append(10, 20, 30);
        tape.corruptObject(0, 0);
        tape.loseObject(0, 1);
        tape.locate(0, 0);
        assertThatExceptionOfType(StoreException.Corrupt.class).isThrownBy(tape::verify);
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(tape::verify);
        assertThat(tape.verify()).isEqualTo(new ReadOutcome.Block(30));
    }

    @Test
    void failedReadIsPassedOrTriedAgainByItsKind() throws StoreException {
        append(10, 20);
        tape.locate(0, 0);
        tape.failNextRead(new StoreException.ReadFailed("disk", null));
        assertThatExceptionOfType(StoreException.ReadFailed.class).isThrownBy(tape::verify);
        assertThat(tape.verify()).isEqualTo(new ReadOutcome.Block(10));
        ChunkId chunk = new ChunkId(new ContainerId(1, 2), 3);
        tape.failNextRead(new StoreException.Corrupt(chunk, "bits", null));
        assertThatExceptionOfType(StoreException.Corrupt.class).isThrownBy(tape::verify);
        assertThat(tape.position().objectNumber()).isEqualTo(2);
    }

    @Test
    void fullStorageRefusesBlocksAndIsSeenBefore() throws StoreException {
        tape.limitStoreBytes(100);
        append(60);
        assertThat(tape.remainingBytes()).isEqualTo(40);
        assertThatExceptionOfType(StoreException.NoSpace.class).isThrownBy(() -> append(41));
        assertThat(tape.position().objectNumber()).isEqualTo(1);
        tape.limitStoreBytes(41);
        append(41);
    }

    @Test
    void stuckTapeWaitsUntilItIsReleased() throws Exception {
        tape.stick();
        Thread owner =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                append(10);
                            } catch (StoreException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        while (owner.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(tape.endOfData(0)).isZero();
        tape.release();
        owner.join();
        assertThat(tape.endOfData(0)).isEqualTo(1);
    }
}
