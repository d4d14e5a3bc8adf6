package io.capstan.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataInTest {

    @ParameterizedTest
    @CsvSource({
        "10, 255, 255, 10",
        "10, 4, 255, 4",
        "10, 255, 6, 6",
        "10, 4, 6, 4",
        "10, 6, 4, 4",
        "10, 0, 255, 0",
        "0, 255, 255, 0",
        "10, 4294967295, 255, 10",
        "10, 10, 10, 10"
    })
    void transfersTheLeastOfResponseAllocationLengthAndBuffer(
            int responseBytes, long allocationLength, int capacityBytes, long transferredBytes) {
        byte[] memory = new byte[capacityBytes];
        DataIn dataIn = DataIn.of(memory);
        byte[] response = new byte[responseBytes];
        Arrays.fill(response, (byte) 0x5A);

        dataIn.put(response, allocationLength);

        assertThat(dataIn.transferredBytes()).isEqualTo(transferredBytes);
        for (int at = 0; at < capacityBytes; at++) {
            assertThat(memory[at]).isEqualTo((byte) (at < transferredBytes ? 0x5A : 0));
        }
    }

    @Test
    void putsAResponseAcrossPieces() {
        byte[] first = new byte[3];
        byte[] empty = new byte[0];
        byte[] second = new byte[1];
        byte[] third = new byte[8];
        DataIn dataIn =
                new DataIn(
                        List.of(
                                MemorySegment.ofArray(first),
                                MemorySegment.ofArray(empty),
                                MemorySegment.ofArray(second),
                                MemorySegment.ofArray(third)));

        dataIn.put(new byte[] {1, 2, 3, 4, 5, 6}, 255);

        assertThat(first).containsExactly(1, 2, 3);
        assertThat(second).containsExactly(4);
        assertThat(third).containsExactly(5, 6, 0, 0, 0, 0, 0, 0);
        assertThat(dataIn.transferredBytes()).isEqualTo(6);
        assertThat(dataIn.capacityBytes()).isEqualTo(12);
    }

    @Test
    void holdsNothingUntilSomethingIsPut() {
        assertThat(DataIn.of(new byte[16]).transferredBytes()).isZero();
    }

    @Test
    void aLaterResponseReplacesAnEarlierOne() {
        byte[] memory = new byte[8];
        DataIn dataIn = DataIn.of(memory);
        dataIn.put(new byte[] {1, 2, 3, 4}, 8);

        dataIn.put(new byte[] {9}, 8);

        assertThat(dataIn.transferredBytes()).isEqualTo(1);
        assertThat(memory[0]).isEqualTo((byte) 9);
    }

    @Test
    void declaresValidWhatWasWrittenInPlace() {
        DataIn dataIn = DataIn.of(new byte[8]);
        dataIn.slice(0, 5).getFirst().fill((byte) 7);

        dataIn.transferred(5);

        assertThat(dataIn.transferredBytes()).isEqualTo(5);
        assertThatThrownBy(() -> dataIn.transferred(9))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> dataIn.transferred(-1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(dataIn.transferredBytes()).isEqualTo(5);
    }

    @Test
    void hasNoRoomForACommandWithoutData() {
        DataIn none = DataIn.none();
        none.put(new byte[] {1}, 1);

        assertThat(none.transferredBytes()).isZero();
        assertThat(none.capacityBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 13", "13, 0", "-1, 2", "5, 8", "5, -1", "9223372036854775807, 1"})
    void refusesARangeOutside(long offset, long lengthBytes) {
        DataIn dataIn =
                new DataIn(
                        List.of(
                                MemorySegment.ofArray(new byte[5]),
                                MemorySegment.ofArray(new byte[7])));

        assertThatThrownBy(() -> dataIn.slice(offset, lengthBytes))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void everyRangeOfEveryDivisionIsTheSameBytes() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] memory = new byte[1 + random.nextInt(64)];
            random.nextBytes(memory);
            DataIn dataIn = new DataIn(divide(memory, random));
            int offset = random.nextInt(memory.length + 1);
            int lengthBytes = random.nextInt(memory.length - offset + 1);

            byte[] joined = join(dataIn.slice(offset, lengthBytes));

            assertThat(joined)
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(Arrays.copyOfRange(memory, offset, offset + lengthBytes));
        }
    }

    private static List<MemorySegment> divide(byte[] memory, Random random) {
        List<MemorySegment> pieces = new ArrayList<>();
        MemorySegment whole = MemorySegment.ofArray(memory);
        int at = 0;
        while (at < memory.length) {
            int lengthBytes = random.nextInt(memory.length - at + 1);
            pieces.add(whole.asSlice(at, lengthBytes));
            at += lengthBytes;
        }
        return pieces;
    }

    private static byte[] join(List<MemorySegment> pieces) {
        int lengthBytes = pieces.stream().mapToInt(piece -> (int) piece.byteSize()).sum();
        MemorySegment joined = MemorySegment.ofArray(new byte[lengthBytes]);
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, joined, at, piece.byteSize());
            at += piece.byteSize();
        }
        return joined.toArray(ValueLayout.JAVA_BYTE);
    }

    // ---- loans

    private static final byte[] LENT = {1, 2, 3, 4, 5};

    /** Bytes in two pieces. */
    private static final class Loan implements LentBytes {
        private int givenBack;

        @Override
        public List<MemorySegment> pieces() {
            MemorySegment whole = MemorySegment.ofArray(LENT);
            return List.of(whole.asSlice(0, 2), whole.asSlice(2));
        }

        @Override
        public void giveBack() {
            givenBack++;
        }

        @Override
        public void abandon() {
            throw new AssertionError("nobody looks at them");
        }
    }

    @Test
    void hasOnePlaceForALoan() {
        DataIn dataIn = DataIn.borrowing(MemorySegment.ofArray(new byte[8]));

        assertThat(dataIn.takesLoan(0, 8)).isTrue();
        assertThat(dataIn.takesLoan(4, 4)).as("behind other data").isFalse();
        assertThat(dataIn.takesLoan(0, 4)).as("before other data").isFalse();
        assertThat(DataIn.of(new byte[8]).takesLoan(0, 8)).isFalse();

        Loan loan = new Loan();
        dataIn.lend(loan);
        dataIn.transferred(5);

        assertThat(dataIn.takesLoan(0, 8)).as("a second one").isFalse();
        assertThatThrownBy(() -> dataIn.lend(loan)).isInstanceOf(IllegalStateException.class);
        assertThat(dataIn.loan()).isSameAs(loan);
        assertThat(dataIn.loan()).as("the transport has it").isNull();
        assertThat(loan.givenBack).isZero();
    }

    @Test
    void copiesALoanForWhoeverLooksAtTheBuffer() {
        byte[] memory = new byte[8];
        DataIn dataIn = DataIn.borrowing(MemorySegment.ofArray(memory));
        Loan loan = new Loan();
        dataIn.lend(loan);

        dataIn.slice(5, 3).getFirst().fill((byte) 9);
        dataIn.transferred(8);

        assertThat(memory).containsExactly(1, 2, 3, 4, 5, 9, 9, 9);
        assertThat(loan.givenBack).isEqualTo(1);
        assertThat(dataIn.loan()).isNull();
    }
}
