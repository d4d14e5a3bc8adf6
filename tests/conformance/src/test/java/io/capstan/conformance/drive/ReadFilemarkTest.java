package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** READ(6) at a filemark. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class ReadFilemarkTest extends DriveConformance {

    @Test
    void saysSoWithTheWholeLengthAsInformationAndMovesBehindIt() {
        writeFilemarks(1);
        write(1, 100);
        rewind();

        FakeReply reply = read(65_536);

        assertSense(reply, "F0 00 80 00 01 00 00 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(reply.data()).isEmpty();
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(fileNumber()).isEqualTo(1);
        assertThat(read(100).data()).isEqualTo(block(1, 100));
    }

    @Test
    void suppressingIncorrectLengthDoesNotSuppressFilemarks() {
        writeFilemarks(1);
        rewind();

        assertOutcome(readSuppressingIncorrectLength(512), "00/00/01");
    }
}
