package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.LoadState;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/**
 * The command sequences the Linux st driver sends for system calls and mt operations, and what it makes of the answers.
 */
@Conformance(subject = "replay of the Linux st driver", standard = "SSC-4", clients = "st (replay)")
class StDriverReplayTest extends DriveConformance {

    /** TEST UNIT READY until no unit attention is left, block limits, MODE SENSE(6) of page 0 with 12 bytes. */
    private void open() {
        host.clearUnitAttentions();
        assertData(host.receive("05 00 00 00 00 00", 6), "00 80 00 00 00 01");
        FakeReply mode = host.receive("1A 00 00 00 0C 00", 12);
        assertGood(mode);
        assertThat(mode.u8(3)).as("block descriptor length").isEqualTo(8);
        assertThat(mode.u8(2) & 0x70).as("buffered").isEqualTo(0x10);
    }

    /** Close after writing: one filemark; the auto-rewind device rewinds too. */
    private void closeAfterWriting(boolean rewind) {
        assertGood(host.send("10 00 00 00 01 00"));
        if (rewind) {
            assertGood(host.send("01 00 00 00 00 00"));
        }
    }

    private void writeFile(int firstSeed, int records, int lengthBytes) {
        open();
        for (int i = 0; i < records; i++) {
            assertGood(write(firstSeed + i, lengthBytes));
        }
        closeAfterWriting(false);
    }

    /** read(2) with a buffer of {@code bufferBytes}: the block, or nothing at a filemark. */
    private byte[] readSystemCall(int bufferBytes) {
        FakeReply reply = read(bufferBytes);
        if (reply.isGood()) {
            return reply.data();
        }
        assertThat(reply.sense().information()).as("st needs VALID").isPresent();
        if (reply.sense().filemark()) {
            return new byte[0];
        }
        assertThat(reply.sense().incorrectLength()).isTrue();
        assertThat(reply.sense().information().orElseThrow())
                .isEqualTo(bufferBytes - reply.data().length);
        return reply.data();
    }

    @Test
    void tarWritesAndReadsAnArchive() {
        writeFile(1, 5, 10_240);
        rewind();

        open();
        for (int i = 0; i < 5; i++) {
            assertThat(readSystemCall(10_240)).isEqualTo(block(1 + i, 10_240));
        }
        assertThat(readSystemCall(10_240)).isEmpty();
        assertOutcome(read(10_240), "08/00/05");
    }

    @Test
    void ddReadsShorterRecordsWithALargerBuffer() {
        writeFile(1, 2, 60_000);
        rewind();

        open();
        assertThat(readSystemCall(262_144)).isEqualTo(block(1, 60_000));
        assertThat(readSystemCall(262_144)).isEqualTo(block(2, 60_000));
        assertThat(readSystemCall(262_144)).isEmpty();
    }

    @Test
    void mtMovesByFilesAndRecords() {
        writeFile(10, 3, 512);
        writeFile(20, 3, 512);
        writeFile(30, 3, 512);
        rewind();
        open();

        assertGood(host.send("11 01 00 00 01 00"));
        assertThat(readSystemCall(512)).isEqualTo(block(20, 512));
        assertGood(host.send("11 00 00 00 01 00"));
        assertThat(readSystemCall(512)).isEqualTo(block(22, 512));
        assertGood(host.send("11 00 FF FF FE 00"));
        assertThat(readSystemCall(512)).isEqualTo(block(21, 512));
        assertGood(host.send("11 01 FF FF FF 00"));
        assertThat(readSystemCall(512)).isEmpty();
        assertThat(readSystemCall(512)).isEqualTo(block(20, 512));
        assertGood(host.send("11 03 00 00 00 00"));
        assertThat(fileNumber()).isEqualTo(3);
        assertOutcome(host.send("11 01 00 00 01 00"), "08/00/05");
        assertOutcome(host.send("11 01 FF FF F6 00"), "00/00/04");
        assertThat(readPosition().u8(0)).isEqualTo(0x80);
    }

    @Test
    void mtTellsAndSeeks() {
        writeFile(10, 5, 512);

        FakeReply position = host.receive("34 01 00 00 00 00 00 00 00 00", 20);
        assertThat(position.u32(4)).isEqualTo(6);
        assertGood(host.send("2B 04 00 00 00 00 02 00 00 00"));
        assertThat(readSystemCall(512)).isEqualTo(block(12, 512));
    }

    @Test
    void mtSetsBlockLengthAndCompressionAndBuffering() {
        open();
        assertGood(host.send("15 10 00 00 0C 00", "00 00 10 08 5E 00 00 00 00 00 02 00"));
        open();
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u24(9)).isEqualTo(512);
        assertGood(writeFixed(20, block(1, 10_240)));
        closeAfterWriting(true);
        assertThat(readFixed(20, 512).data()).isEqualTo(block(1, 10_240));

        byte[] page = host.receive("1A 00 0F 00 FF 00", 255).data();
        page[0] = 0;
        page[1] = 0;
        page[12] = 0x0F;
        page[14] &= 0x7F;
        assertGood(host.send("15 10 00 00 1C 00", page));
        assertThat(drive.status().join().compression()).isFalse();

        assertGood(host.send("15 10 00 00 0C 00", "00 00 00 08 5E 00 00 00 00 00 02 00"));
        assertGood(writeFixed(1, block(2, 512)));
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void mtErasesLocksAndGoesOffline() {
        writeFile(10, 5, 512);
        rewind();
        assertGood(host.send("19 01 00 00 00 00"));
        assertThat(tape.objects(0)).isEmpty();

        assertGood(host.send("1E 00 00 00 01 00"));
        assertOutcome(host.send("1B 00 00 00 00 00"), "05/53/02");
        assertGood(host.send("1E 00 00 00 00 00"));
        assertGood(host.send("1B 00 00 00 00 00"));
        assertOutcome(testUnitReady(), "02/3A/00");
        assertThat(drive.status().join().state()).isEqualTo(LoadState.UNLOADED);
        assertGood(host.send("1B 00 00 00 01 00"));
        open();
    }

    @Test
    void mtMakesPartitions() {
        byte[] page = host.receive("1A 00 11 00 FF 00", 255).data();
        assertThat(page[12 + 4] & 0x04).as("POFM: st formats after MODE SELECT").isEqualTo(0x04);
        page[0] = 0;
        page[1] = 0;
        page[12 + 3] = 1;
        page[12 + 4] = 0x20 | 0x10 | 0x04;
        page[12 + 8] = (byte) 0xFF;
        page[12 + 9] = (byte) 0xFF;
        page[12 + 10] = 0;
        page[12 + 11] = 100;
        assertGood(host.send("15 10 00 00 1C 00", page));
        assertGood(host.send("04 00 01 00 00 00"));
        assertThat(tape.capacityBytes(1)).isEqualTo(100_000_000);

        assertGood(host.send("2B 06 00 00 00 00 00 00 01 00"));
        writeFile(1, 1, 512);
        assertThat(tape.objects(1)).hasSize(2);
    }

    @Test
    void writingUntilTheVolumeEndsLosesNothing() {
        exchange(SimpleTape.blank("TST002L8", 4 << 20));
        open();
        int written = 0;
        FakeReply reply = write(written++, 100_000);
        while (reply.isGood()) {
            reply = write(written++, 100_000);
        }
        assertThat(reply.sense().endOfMedium()).isTrue();
        assertThat(reply.sense().information()).hasValue(0);
        assertThat(write(1000, 512).sense().endOfMedium()).as("trailer label").isTrue();
        assertOutcome(host.send("10 00 00 00 01 00"), "00/00/02");
        rewind();

        for (int i = 0; i < written; i++) {
            assertThat(readSystemCall(262_144)).isEqualTo(block(i, 100_000));
        }
        assertThat(readSystemCall(262_144)).isEqualTo(block(1000, 512));
        assertThat(readSystemCall(262_144)).isEmpty();
    }
}
