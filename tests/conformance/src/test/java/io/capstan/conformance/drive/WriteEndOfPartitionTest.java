package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WRITE(6) of what does not fit any more: VOLUME OVERFLOW, and nothing of that block on the medium. */
@Conformance(
        subject = "WRITE(6)",
        standard = "SSC-4, WRITE(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class WriteEndOfPartitionTest extends DriveConformance {

    private static final int SMALL = 1 << 20;

    @BeforeEach
    void loadSmallCartridge() {
        exchange(SimpleTape.blank("TST001L8", SMALL));
    }

    @Test
    void variableBlockIsNotWrittenAndInformationIsItsLength() {
        write(1, SMALL - 1000);

        FakeReply reply = write(2, 1001);

        assertSense(reply, "F0 00 4D 00 00 03 E9 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(tape.objects(0)).containsExactly(block(1, SMALL - 1000));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void whatStillFitsIsWritten() {
        write(1, SMALL - 1000);
        write(2, 1001);

        assertOutcome(write(3, 1000), "00/00/02");
        assertThat(tape.objects(0)).hasSize(2);
    }

    @Test
    void filemarkStillFitsWhenNoBlockDoes() {
        write(1, SMALL);

        assertOutcome(writeFilemarks(1), "00/00/02");
        assertThat(tape.objects(0)).containsExactly(block(1, SMALL), SimpleTape.FILEMARK);
    }

    @Test
    void fixedBlocksThatFitAreWrittenAndInformationIsTheOthers() {
        setBlockLength(100_000);

        FakeReply reply = writeFixed(15, block(1, 1_500_000));

        assertSense(reply, "F0 00 4D 00 00 00 05 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(tape.objects(0)).hasSize(10);
        assertThat(objectNumber()).isEqualTo(10);
    }

    @Test
    void fullStorageIsTheEndOfThePartition() {
        write(1, 1000);
        tape.limitStoreBytes(500);

        assertSense(write(2, 1000), "F0 00 4D 00 00 03 E8 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(tape.objects(0)).hasSize(1);

        tape.limitStoreBytes(Long.MAX_VALUE);
        assertGood(write(3, 1000));
        assertThat(tape.objects(0)).containsExactly(block(1, 1000), block(3, 1000));
    }

    @Test
    void storageThatFillsUpUnexpectedlyIsTheEndOfThePartitionToo() {
        tape.failNextAppend(new StoreException.NoSpace("somebody else took it", null));

        assertSense(write(1, 1000), "F0 00 4D 00 00 03 E8 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void filemarksThatStorageCannotTakeAreTold() {
        tape.failNextAppend(new StoreException.NoSpace("somebody else took it", null));

        assertSense(writeFilemarks(2), "F0 00 4D 00 00 00 02 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(tape.objects(0)).isEmpty();
    }
}
