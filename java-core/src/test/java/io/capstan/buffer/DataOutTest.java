package io.capstan.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataOutTest {

    private final DataOut inPieces =
            new DataOut(
                    List.of(
                            MemorySegment.ofArray(new byte[] {1, 2, 3}),
                            MemorySegment.ofArray(new byte[0]),
                            MemorySegment.ofArray(new byte[] {4, 5}),
                            MemorySegment.ofArray(new byte[] {6})));

    @Test
    void isAsLongAsItsPieces() {
        assertThat(inPieces.lengthBytes()).isEqualTo(6);
        assertThat(DataOut.NONE.lengthBytes()).isZero();
        assertThat(DataOut.of(new byte[9]).lengthBytes()).isEqualTo(9);
    }

    @Test
    void copiesAPrefix() {
        assertThat(inPieces.toByteArray(0)).isEmpty();
        assertThat(inPieces.toByteArray(4)).containsExactly(1, 2, 3, 4);
        assertThat(inPieces.toByteArray(6)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void refusesMoreThanTheTransportDelivered() {
        assertThatThrownBy(() -> inPieces.toByteArray(7))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> DataOut.NONE.toByteArray(1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void slicesWithoutCopying() {
        byte[] memory = {1, 2, 3, 4};
        MemorySegment slice = DataOut.of(memory).slice(1, 2).getFirst();
        memory[1] = 9;

        assertThat(slice.byteSize()).isEqualTo(2);
        assertThat(slice.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
    }

    @Test
    void leavesOutPiecesThatGiveNothing() {
        assertThat(inPieces.slice(3, 2)).hasSize(1);
        assertThat(inPieces.slice(2, 2)).hasSize(2);
        assertThat(inPieces.slice(6, 0)).isEmpty();
    }
}
