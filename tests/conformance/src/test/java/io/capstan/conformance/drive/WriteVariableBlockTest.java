package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** WRITE(6) in variable block mode. */
@Conformance(
        subject = "WRITE(6)",
        standard = "SSC-4, WRITE(6) command",
        clients = {"st", "tar", "dd", "cpio", "dump", "btape"})
class WriteVariableBlockTest extends DriveConformance {

    @Test
    void appendsOneBlockOfTheTransferLength() {
        assertGood(write(1, 4711));

        assertThat(tape.objects(0)).containsExactly(block(1, 4711));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void endsTheDataBehindIt() {
        write(1, 100);
        write(2, 100);
        writeFilemarks(1);
        locate(1);

        assertGood(write(3, 100));

        assertThat(tape.objects(0)).containsExactly(block(1, 100), block(3, 100));
    }

    @Test
    void writesNothingForATransferLengthOfZero() {
        write(1, 100);
        rewind();

        assertGood(host.send("0A 00 00 00 00 00"));

        assertThat(tape.objects(0)).containsExactly(block(1, 100));
        assertThat(objectNumber()).isZero();
    }

    @Test
    void takesTheLargestBlockAndNothingLarger() {
        int largest = 8 << 20;
        assertGood(write(1, largest));

        assertSense(write(2, largest + 1), "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");
        assertThat(tape.objects(0)).hasSize(1);
    }

    @Test
    void takesNothingLargerThanTheLimitItReports() {
        use(builder().blockLengthMaxBytes(1 << 20).build(), tape());

        assertGood(write(1, 1 << 20));
        assertOutcome(write(2, (1 << 20) + 1), "05/24/00");
    }

    @Test
    void ignoresBytesBehindTheTransferLength() {
        assertGood(host.send("0A 00 00 00 64 00", block(1, 512)));

        assertThat(tape.objects(0).getFirst()).hasSize(100);
    }

    @Test
    void writesNothingIfTheBufferIsShorterThanTheTransferLength() {
        assertSense(
                host.send("0A 00 00 08 00 00", block(1, 2047)),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");

        assertThat(tape.objects(0)).isEmpty();
        assertThat(objectNumber()).isZero();
    }

    @Test
    void needsAMedium() {
        use(builder().build());
        host.clearUnitAttentions();

        assertOutcome(write(1, 512), "02/3A/00");
    }

    private static SimpleTape tape() {
        return SimpleTape.blank("TST002L8", CAPACITY_BYTES);
    }
}
