package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** READ(6) at end-of-data. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class ReadEndOfDataTest extends DriveConformance {

    @Test
    void isABlankCheckAndDoesNotMove() {
        FakeReply blank = read(512);

        assertSense(blank, "F0 00 08 00 00 02 00 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(blank.data()).isEmpty();
        assertThat(objectNumber()).isZero();
    }

    @Test
    void comesRightBehindWhatWasWritten() {
        write(1, 512);

        assertOutcome(read(512), "08/00/05");
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void comesWhereAWriteInTheMiddleEndedTheData() {
        write(1, 512);
        write(2, 512);
        write(3, 512);
        locate(1);
        write(4, 100);

        assertOutcome(read(512), "08/00/05");
        rewind();
        assertThat(read(512).data()).isEqualTo(block(1, 512));
        assertThat(read(100).data()).isEqualTo(block(4, 100));
        assertOutcome(read(512), "08/00/05");
    }
}
