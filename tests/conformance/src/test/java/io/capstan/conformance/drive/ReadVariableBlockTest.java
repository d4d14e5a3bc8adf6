package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** READ(6) in variable block mode, lengths as asked for. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "dump", "btape"})
class ReadVariableBlockTest extends DriveConformance {

    @Test
    void returnsTheBlockAndMovesBehindIt() {
        write(1, 10_000);
        write(2, 20_000);
        rewind();

        FakeReply first = read(10_000);
        FakeReply second = read(20_000);

        assertGood(first);
        assertThat(first.data()).isEqualTo(block(1, 10_000));
        assertGood(second);
        assertThat(second.data()).isEqualTo(block(2, 20_000));
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void readsBlocksOfOneByteAndOfEightMebibytes() {
        int largest = 8 << 20;
        assertGood(write(1, 1));
        assertGood(write(2, largest));
        rewind();

        assertThat(read(1).data()).isEqualTo(block(1, 1));
        assertThat(read(largest).data()).isEqualTo(block(2, largest));
    }

    @Test
    void transfersNothingForATransferLengthOfZero() {
        write(1, 512);
        rewind();

        FakeReply reply = host.receive("08 00 00 00 00 00", 0);

        assertGood(reply);
        assertThat(reply.data()).isEmpty();
        assertThat(objectNumber()).isZero();
    }

    @Test
    void refusesToPutABlockIntoABufferSmallerThanTheTransferLength() {
        write(1, 512);
        rewind();

        FakeReply reply = host.receive("08 00 00 02 00 00", 511);

        assertSense(reply, "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");
        assertThat(reply.data()).isEmpty();
        assertThat(objectNumber()).isZero();
    }

    @Test
    void needsAMedium() {
        use(builder().build());
        host.clearUnitAttentions();

        assertOutcome(read(512), "02/3A/00");
    }
}
