package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** WRITE FILEMARKS(6) with IMMED zero: filemarks, and everything before them, on stable storage. */
@Conformance(
        subject = "WRITE FILEMARKS(6)",
        standard = "SSC-4, WRITE FILEMARKS(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class WriteFilemarksTest extends DriveConformance {

    @Test
    void writesAsManyAsAskedFor() {
        write(1, 512);

        assertGood(writeFilemarks(3));

        assertThat(tape.objects(0))
                .containsExactly(
                        block(1, 512),
                        SimpleTape.FILEMARK,
                        SimpleTape.FILEMARK,
                        SimpleTape.FILEMARK);
        assertThat(objectNumber()).isEqualTo(4);
        assertThat(fileNumber()).isEqualTo(3);
    }

    @Test
    void putsEverythingOnStableStorage() {
        write(1, 512);

        assertGood(writeFilemarks(1));

        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void countOfZeroWritesNothingAndPutsTheBufferOnStableStorage() {
        write(1, 512);

        assertGood(writeFilemarks(0));

        assertThat(tape.objects(0)).containsExactly(block(1, 512));
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void countOfZeroInTheMiddleOfDataEndsNothing() {
        write(1, 512);
        write(2, 512);
        locate(1);

        assertGood(writeFilemarks(0));

        assertThat(tape.objects(0)).hasSize(2);
    }

    @Test
    void endsTheDataBehindIt() {
        write(1, 512);
        write(2, 512);
        rewind();

        assertGood(writeFilemarks(1));

        assertThat(tape.objects(0)).containsExactly(SimpleTape.FILEMARK);
    }

    @Test
    void refusesSetmarks() {
        assertSense(
                host.send("10 02 00 00 01 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C9 00 01");
        assertThat(tape.objects(0)).isEmpty();
    }
}
