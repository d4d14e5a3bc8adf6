package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** WRITE FILEMARKS(6) with IMMED one. */
@Conformance(subject = "WRITE FILEMARKS(6), IMMED", standard = "SSC-4, WRITE FILEMARKS(6) command")
class WriteFilemarksImmediateTest extends DriveConformance {

    @Test
    void writesIntoTheBuffer() {
        write(1, 512);

        assertGood(host.send("10 01 00 00 01 00"));

        assertThat(tape.objects(0)).containsExactly(block(1, 512), SimpleTape.FILEMARK);
        assertThat(tape.hasUnsynchronizedObjects()).isTrue();
    }

    @Test
    void aLaterOneWithoutPutsThemOnStableStorage() {
        host.send("10 01 00 00 01 00");

        assertGood(writeFilemarks(0));

        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }
}
