package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** WRITE(6) in fixed block mode. */
@Conformance(
        subject = "WRITE(6)",
        standard = "SSC-4, WRITE(6) command",
        clients = {"st", "tar", "dd", "cpio", "btape"})
class WriteFixedBlockTest extends DriveConformance {

    @Test
    void appendsAsManyBlocksAsTheTransferLengthSays() {
        setBlockLength(1024);
        byte[] data = block(5, 3 * 1024);

        assertGood(writeFixed(3, data));

        assertThat(tape.objects(0))
                .containsExactly(
                        Arrays.copyOfRange(data, 0, 1024),
                        Arrays.copyOfRange(data, 1024, 2048),
                        Arrays.copyOfRange(data, 2048, 3072));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void needsABlockLength() {
        assertSense(
                writeFixed(1, block(1, 512)),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C8 00 01");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void writesNothingIfTheBufferHoldsFewerBlocks() {
        setBlockLength(1024);

        assertOutcome(writeFixed(3, block(5, 3 * 1024 - 1)), "05/24/00");

        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void writesNothingForATransferLengthOfZero() {
        setBlockLength(1024);

        assertGood(writeFixed(0, new byte[0]));

        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void variableBlocksMayBeWrittenWhileABlockLengthIsSet() {
        setBlockLength(1024);

        assertGood(write(1, 300));

        assertThat(tape.objects(0)).containsExactly(block(1, 300));
    }
}
