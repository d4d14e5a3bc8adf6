package io.capstan.tcmu;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.tcmu.Ring.RingCommand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fuzz target: a ring whose every byte is hostile. Whatever it holds, draining and answering it ends, and touches nothing
 * outside the map. Runs its seed corpus as a unit test; with {@code JAZZER_FUZZ=1} it searches.
 */
class RingFuzzTest {

    private static final int ROUNDS_MAX = 64;

    @FuzzTest(maxDuration = "10s")
    void survivesAnyRing(FuzzedDataProvider data) throws Exception {
        try (FakeRing kernel = new FakeRing()) {
            Ring ring = Ring.attach(kernel.map(), kernel.userFd());
            kernel.submit(
                    data.consumeBytes(32), new long[] {data.consumeLong(), data.consumeLong()});
            int head = data.consumeInt(0, FakeRing.COMMAND_RING_BYTES);
            byte[] entries = data.consumeBytes(FakeRing.COMMAND_RING_BYTES);
            int entriesOffset = data.consumeInt(0, FakeRing.COMMAND_RING_BYTES - entries.length);
            MemorySegment.copy(
                    entries,
                    0,
                    kernel.map(),
                    ValueLayout.JAVA_BYTE,
                    128L + entriesOffset,
                    entries.length);
            kernel.map().set(ValueLayout.JAVA_INT, 12, head);
            for (int round = 0; round < ROUNDS_MAX && answerBatch(ring) > 0; round++) {
                assertThat(ring.pendingBytes()).isNotNegative();
            }
        } catch (RingException corrupt) {
            assertThat(corrupt.isRingCorrupt() || corrupt.isRingReset()).isTrue();
        }
    }

    private static int answerBatch(Ring ring) throws RingException {
        int count = ring.drain();
        for (int index = 0; index < count; index++) {
            RingCommand command = ring.command(index);
            long delivered = 0;
            for (int piece = 0; piece < command.dataPieceCount(); piece++) {
                MemorySegment bytes = command.dataPiece(piece);
                bytes.set(ValueLayout.JAVA_BYTE, bytes.byteSize() - 1, (byte) 1);
                delivered += bytes.byteSize();
            }
            assertThat(command.dataLengthBytes()).isEqualTo(delivered);
            assertThat(command.cdb().length).isLessThanOrEqualTo(Layout.CDB_MAX_BYTES);
            ring.complete(command, 0, (int) Math.min(delivered, Integer.MAX_VALUE), new byte[0]);
        }
        return count;
    }
}
