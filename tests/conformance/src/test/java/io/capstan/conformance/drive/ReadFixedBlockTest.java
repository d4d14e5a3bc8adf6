package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** READ(6) in fixed block mode: several blocks at once, and what INFORMATION says when there are fewer. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class ReadFixedBlockTest extends DriveConformance {

    private static final int LENGTH = 512;

    private void writeBlocks(int count) {
        setBlockLength(LENGTH);
        assertGood(writeFixed(count, block(7, count * LENGTH)));
    }

    @Test
    void readsSeveralBlocksInOneTransfer() {
        writeBlocks(20);
        rewind();

        FakeReply reply = readFixed(20, LENGTH);

        assertGood(reply);
        assertThat(reply.data()).isEqualTo(block(7, 20 * LENGTH));
        assertThat(objectNumber()).isEqualTo(20);
    }

    @Test
    void filemarkEndsTheTransferWithTheBlocksNotRead() {
        writeBlocks(3);
        writeFilemarks(1);
        rewind();

        FakeReply reply = readFixed(10, LENGTH);

        assertSense(reply, "F0 00 80 00 00 00 07 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(7, 3 * LENGTH));
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void endOfDataEndsTheTransferWithTheBlocksNotRead() {
        writeBlocks(3);
        rewind();

        FakeReply reply = readFixed(5, LENGTH);

        assertSense(reply, "F0 00 08 00 00 00 02 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(7, 3 * LENGTH));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void blockOfAnotherLengthEndsTheTransferBehindIt() {
        writeBlocks(2);
        write(8, 700);
        write(9, LENGTH);
        rewind();

        FakeReply reply = readFixed(6, LENGTH);

        assertSense(reply, "F0 00 20 00 00 00 04 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(7, 2 * LENGTH));
        assertThat(objectNumber()).isEqualTo(3);
        assertThat(readFixed(1, LENGTH).data()).isEqualTo(block(9, LENGTH));
    }

    @Test
    void faultEndsTheTransferWithTheBlocksBeforeItAndTheBlocksNotRead() {
        writeBlocks(4);
        writeFilemarks(0);
        tape.corruptObject(0, 2);
        rewind();

        FakeReply reply = readFixed(4, LENGTH);

        assertSense(reply, "F0 00 03 00 00 00 02 0A 00 00 00 00 11 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(Arrays.copyOf(block(7, 4 * LENGTH), 2 * LENGTH));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void needsABlockLength() {
        write(1, LENGTH);
        rewind();

        FakeReply reply = readFixed(1, LENGTH);

        assertSense(reply, "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C8 00 01");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void needsABufferForAllBlocks() {
        writeBlocks(4);
        rewind();

        assertOutcome(host.receive("08 01 00 00 04 00", 4 * LENGTH - 1), "05/24/00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void variableReadsStillWorkWhileABlockLengthIsSet() {
        writeBlocks(1);
        rewind();

        assertThat(read(LENGTH).data()).isEqualTo(block(7, LENGTH));
    }
}
