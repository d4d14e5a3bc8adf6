package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.Test;

/** SEND DIAGNOSTIC, RECEIVE DIAGNOSTIC RESULTS, READ BUFFER and WRITE BUFFER. */
@Conformance(
        subject =
                "SEND DIAGNOSTIC, RECEIVE DIAGNOSTIC RESULTS, READ BUFFER, WRITE BUFFER, log page 10h",
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
    void resultsOfSelfTestsAreKeptInLogPage10() {
        assertThat(selfTestResults().hex())
                .startsWith("90 00 01 90 00 01 03 10" + " 00".repeat(16) + " 00 02 03 10 00");
        assertGood(host.send("1D 40 00 00 00 00"));
        write(1, 512);
        tape.failNextSynchronize(new StoreException.WriteFailed("disk is gone", null));
        host.send("1D 04 00 00 00 00");
        testUnitReady();

        assertThat(selfTestResults().hex())
                .startsWith(
                        "90 00 01 90 00 01 03 10 04 00 00 00"
                                + " FF".repeat(8)
                                + " 03 0C 00 00"
                                + " 00 02 03 10 40 00 00 00"
                                + " FF".repeat(8)
                                + " 00 00 00 00"
                                + " 00 03 03 10 00");
    }

    @Test
    void theLatestTwentySelfTestsAreKept() {
        host.send("1D A0 00 00 00 00");
        for (int i = 0; i < 20; i++) {
            host.send("1D 04 00 00 00 00");
        }

        FakeReply page = selfTestResults();
        assertThat(page.u16(2)).isEqualTo(20 * 20);
        for (int parameter = 0; parameter < 20; parameter++) {
            assertThat(page.u16(4 + 20 * parameter)).isEqualTo(parameter + 1);
            assertThat(page.u8(4 + 20 * parameter + 4)).as("the default self-test").isZero();
        }
    }

    private FakeReply selfTestResults() {
        return host.receive("4D 00 50 00 00 00 00 04 00 00", 1024);
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
