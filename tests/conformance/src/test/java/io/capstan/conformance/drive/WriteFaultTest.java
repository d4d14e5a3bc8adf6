package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.Test;

/** Commands that write, and meet a fault that is their own: current sense data. */
@Conformance(
        subject = "WRITE(6)",
        standard = "SSC-4, WRITE(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class WriteFaultTest extends DriveConformance {

    private static StoreException fault() {
        return new StoreException.WriteFailed("disk is gone", null);
    }

    @Test
    void variableBlockIsNotWritten() {
        tape.failNextAppend(fault());

        FakeReply reply = write(1, 4096);

        assertSense(reply, "F0 00 03 00 00 10 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(objectNumber()).isZero();
        assertGood(write(1, 4096));
    }

    @Test
    void noneOfTheFixedBlocksIsWritten() {
        setBlockLength(512);
        tape.failNextAppend(fault());

        assertSense(
                writeFixed(4, block(1, 2048)),
                "F0 00 03 00 00 00 04 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void noFilemarkIsWritten() {
        tape.failNextAppend(fault());

        assertSense(writeFilemarks(3), "F0 00 03 00 00 00 03 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void filemarkThatDoesNotReachStableStorageIsNotWritten() {
        tape.failNextSynchronize(fault());

        assertSense(writeFilemarks(1), "F0 00 03 00 00 00 01 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void isCountedAndFlagged() {
        tape.failNextAppend(fault());
        write(1, 4096);

        FakeReply errors = host.receive("4D 00 42 00 00 00 06 00 40 00", 64);
        assertData(errors, "82 00 00 08 00 06 00 04 00 00 00 01");
        FakeReply alerts = host.receive("4D 00 52 00 00 00 00 00 40 00", 64);
        assertData(alerts, "92 00 00 0C 00 00 03 08 24 00 00 00 00 00 00 00");
    }
}
