package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** WRITE(6) and WRITE FILEMARKS(6) past early-warning: done, and said so. */
@Conformance(
        subject = "early-warning",
        standard = "SSC-4, Early-warning",
        clients = {"btape", "tar", "Bacula"})
class WriteEarlyWarningTest extends DriveConformance {

    /** Of 8 MiB, a quarter is early-warning zone. */
    private static final int SMALL = 8 << 20;

    private static final int BLOCK = 1 << 20;
    private static final String EARLY_WARNING =
            "F0 00 40 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00";

    WriteEarlyWarningTest() {
        exchange(SimpleTape.blank("TST001L8", SMALL));
    }

    private void writeUntilWarned() {
        for (int i = 0; i < 5; i++) {
            assertGood(write(i, BLOCK));
        }
        assertSense(write(5, BLOCK), EARLY_WARNING);
    }

    @Test
    void blockIsWrittenWithEndOfMediumAndInformationOfZero() {
        writeUntilWarned();

        assertThat(tape.objects(0)).hasSize(6);
        assertThat(tape.objects(0).getLast()).isEqualTo(block(5, BLOCK));
        assertThat(objectNumber()).isEqualTo(6);
    }

    @Test
    void everyFurtherWriteSaysIt() {
        writeUntilWarned();

        assertSense(write(6, 100), EARLY_WARNING);
        assertSense(writeFilemarks(1), EARLY_WARNING);
        assertSense(host.send("10 01 00 00 01 00"), EARLY_WARNING);
        assertThat(tape.objects(0)).hasSize(9);
    }

    @Test
    void theFirstPutsEverythingOnStableStorage() {
        writeUntilWarned();
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();

        write(6, 100);
        assertThat(tape.hasUnsynchronizedObjects()).isTrue();
    }

    @Test
    void lettingTheBufferGoIsNoWrite() {
        writeUntilWarned();

        assertGood(writeFilemarks(0));
    }

    @Test
    void writingAgainFromTheBeginningIsGood() {
        writeUntilWarned();
        rewind();

        assertGood(write(1, BLOCK));
    }

    @Test
    void fixedBlocksOfOneCommandAreAllWritten() {
        setBlockLength(BLOCK);

        assertSense(writeFixed(7, block(1, 7 * BLOCK)), EARLY_WARNING);

        assertThat(tape.objects(0)).hasSize(7);
    }

    @Test
    void isSeenInReadPosition() {
        writeUntilWarned();
        assertThat(readPosition().u8(0)).isEqualTo(0x40);
        assertThat(host.receive("34 00 00 00 00 00 00 00 00 00", 20).u8(0)).isEqualTo(0x40);

        rewind();
        assertThat(readPosition().u8(0)).isEqualTo(0x80);
    }

    @Test
    void fullStorageWarnsLikeAFullMedium() {
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        assertGood(write(1, BLOCK));
        tape.limitStoreBytes(16 * MIB + BLOCK);

        assertSense(write(2, BLOCK), EARLY_WARNING);

        assertThat(tape.objects(0)).hasSize(2);
    }
}
