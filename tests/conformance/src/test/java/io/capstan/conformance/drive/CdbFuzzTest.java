package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.SenseKey;

/**
 * A fuzz target: sequences of CDBs with data, on a loaded drive. As a test it runs the inputs beside it; with {@code
 * JAZZER_FUZZ=1} it looks for new ones.
 */
@Conformance(
        subject = "any command, arbitrary bytes",
        standard = "SPC-4, Commands for all device types")
class CdbFuzzTest extends DriveConformance {

    private static final int COMMANDS_MAX = 200;
    private static final int BUFFER_MAX_BYTES = 2_000;

    @FuzzTest(maxDuration = "5m")
    void answersWhatever(FuzzedDataProvider input) {
        for (int i = 0; i < COMMANDS_MAX && input.remainingBytes() > 0; i++) {
            Cdb cdb = HostileCdb.of(input.consumeInt(0, 0xFF), input::consumeByte);
            byte[] dataOut = input.consumeBytes(input.consumeInt(0, BUFFER_MAX_BYTES));
            FakeReply reply = host.send(cdb, dataOut, input.consumeInt(0, BUFFER_MAX_BYTES));
            reply.result()
                    .sense()
                    .ifPresent(sense ->
                            assertThat(sense.key())
                                    .as(cdb.toString())
                                    .isNotEqualTo(SenseKey.HARDWARE_ERROR));
        }
        assertThat(drive.status().join().internalTargetFailures()).isZero();
    }
}
