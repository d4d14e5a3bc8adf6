package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** READ(6) of a block whose length is not the transfer length: ILI, INFORMATION and data. */
@Conformance(
        subject = "READ(6)",
        standard = "SSC-4, READ(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class ReadIncorrectLengthTest extends DriveConformance {

    @BeforeEach
    void writeOneBlock() {
        write(1, 1000);
        write(2, 1000);
        rewind();
    }

    @Test
    void shortBlockComesWholeWithTheDifferenceAsInformation() {
        FakeReply reply = read(1024);

        assertSense(reply, "F0 00 20 00 00 00 18 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(1, 1000));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void longBlockIsCutOffWithANegativeDifferenceAsInformation() {
        FakeReply reply = read(512);

        assertSense(reply, "F0 00 20 FF FF FE 18 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(Arrays.copyOf(block(1, 1000), 512));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void suppressedShortBlockIsGood() {
        FakeReply reply = readSuppressingIncorrectLength(1024);

        assertGood(reply);
        assertThat(reply.data()).isEqualTo(block(1, 1000));
    }

    @Test
    void suppressedLongBlockIsGoodWhenTheBlockLengthIsZero() {
        FakeReply reply = readSuppressingIncorrectLength(512);

        assertGood(reply);
        assertThat(reply.data()).isEqualTo(Arrays.copyOf(block(1, 1000), 512));
    }

    @Test
    void suppressedLongBlockIsToldWhenTheBlockLengthIsNot() {
        setBlockLength(1000);

        FakeReply reply = readSuppressingIncorrectLength(512);

        assertSense(reply, "F0 00 20 FF FF FE 18 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(Arrays.copyOf(block(1, 1000), 512));
    }

    @Test
    void suppressedShortBlockIsGoodWhateverTheBlockLength() {
        setBlockLength(512);

        assertGood(readSuppressingIncorrectLength(1024));
    }

    @Test
    void fixedAndSuppressExcludeEachOther() {
        setBlockLength(512);

        FakeReply reply = host.receive("08 03 00 00 01 00", 512);

        assertSense(reply, "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C9 00 01");
        assertThat(objectNumber()).isZero();
    }
}
