package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.Test;

/** SEND DIAGNOSTIC, RECEIVE DIAGNOSTIC RESULTS, READ BUFFER and WRITE BUFFER. */
@Conformance(
        subject = "SEND DIAGNOSTIC, RECEIVE DIAGNOSTIC RESULTS, READ BUFFER, WRITE BUFFER",
        standard = "SPC-4, the commands of that name",
        clients = "sg3_utils")
class DiagnosticsTest extends DriveConformance {

    @Test
    void selfTestPasses() {
        assertGood(host.send("1D 04 00 00 00 00"));
        assertGood(host.send("1D 20 00 00 00 00"));
    }

    @Test
    void selfTestPutsTheBufferOnTheMedium() {
        write(1, 512);

        assertGood(host.send("1D 04 00 00 00 00"));

        assertThat(tape.unsynchronizedObjects()).isZero();
    }

    @Test
    void selfTestFailsWhereTheBufferCannotBePutOnTheMedium() {
        write(1, 512);
        tape.failNextSynchronize(new StoreException.WriteFailed("disk is gone", null));

        assertOutcome(host.send("1D 04 00 00 00 00"), "04/3E/03");

        FakeReply next = testUnitReady();
        assertSense(next, "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertGood(testUnitReady());
    }

    @Test
    void listsDiagnosticPages() {
        assertData(host.receive("1C 01 00 00 10 00", 16), "00 00 00 02 00 80");
    }

    @Test
    void echoesABuffer() {
        assertGood(host.send("3B 0A 00 00 00 00 00 00 04 00", "01 02 03 04"));
        assertData(host.receive("3C 0A 00 00 00 00 00 00 04 00", 4), "01 02 03 04");
        assertData(host.receive("3C 0B 00 00 00 00 00 00 04 00", 4), "00 00 00 FC");
    }

    @Test
    void buffersThatAreNotThereHaveNoCapacity() {
        assertData(host.receive("3C 03 02 00 00 00 00 00 04 00", 4), "00 00 00 00");
    }
}
