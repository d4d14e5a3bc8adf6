package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** READ(6) of a block that storage cannot give back: never wrong data, and the neighbours can be read. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class ReadFaultTest extends DriveConformance {

    @BeforeEach
    void writeThreeBlocks() {
        write(1, 512);
        write(2, 512);
        write(3, 512);
        rewind();
    }

    @Test
    void corruptBlockIsAMediumErrorWithThePositionBehindIt() {
        tape.corruptObject(0, 1);

        assertGood(read(512));
        FakeReply reply = read(512);

        assertSense(reply, "F0 00 03 00 00 02 00 0A 00 00 00 00 11 00 00 00 00 00");
        assertThat(reply.data()).isEmpty();
        assertThat(objectNumber()).isEqualTo(2);
        assertThat(read(512).data()).isEqualTo(block(3, 512));
    }

    @Test
    void missingChunkIsAMediumErrorWithThePositionBehindTheBlock() {
        tape.loseObject(0, 0);

        assertOutcome(read(512), "03/11/00");
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(read(512).data()).isEqualTo(block(2, 512));
    }

    @Test
    void failedReadIsAMediumErrorAndCanBeTriedAgain() {
        tape.failNextRead(new StoreException.ReadFailed("disk is gone", null));

        assertOutcome(read(512), "03/11/00");
        assertThat(objectNumber()).isZero();
        assertThat(read(512).data()).isEqualTo(block(1, 512));
    }

    @Test
    void isCountedAndFlagged() {
        tape.corruptObject(0, 0);

        read(512);

        FakeReply errors = host.receive("4D 00 43 00 00 00 06 00 40 00", 64);
        assertData(errors, "83 00 00 08 00 06 00 04 00 00 00 01");
        FakeReply alerts = host.receive("4D 00 52 00 00 00 00 00 40 00", 64);
        assertData(alerts, "92 00 00 0C 00 00 03 08 38 00 00 00 00 00 00 00");
    }
}
