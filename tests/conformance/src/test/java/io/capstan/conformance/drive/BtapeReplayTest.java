package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/**
 * What btape's test sends through the st driver: write, rewind and read; position by files; append; and read the last
 * block again by spacing back over it, which Bacula does after every job.
 */
@Conformance(subject = "replay of btape", standard = "SSC-4", clients = "btape (replay)")
class BtapeReplayTest extends DriveConformance {

    private static final int BLOCK = 64_512;

    private void open() {
        host.clearUnitAttentions();
        assertGood(host.receive("05 00 00 00 00 00", 6));
        assertGood(host.receive("1A 00 00 00 0C 00", 12));
        assertGood(host.send("15 10 00 00 0C 00", "00 00 10 08 5E 00 00 00 00 00 00 00"));
    }

    private void writeBlocks(int firstSeed, int count) {
        for (int i = 0; i < count; i++) {
            assertGood(write(firstSeed + i, BLOCK));
        }
    }

    private void readBlocks(int firstSeed, int count) {
        for (int i = 0; i < count; i++) {
            FakeReply reply = read(BLOCK);
            assertGood(reply);
            assertThat(reply.data()).isEqualTo(block(firstSeed + i, BLOCK));
        }
    }

    private void readFilemark() {
        assertThat(read(BLOCK).sense().filemark()).isTrue();
    }

    @Test
    void writesRewindsAndReads() {
        open();
        assertGood(rewind());
        writeBlocks(0, 100);
        assertGood(writeFilemarks(1));
        writeBlocks(200, 100);
        assertGood(writeFilemarks(1));
        assertGood(writeFilemarks(1));
        assertGood(rewind());

        readBlocks(0, 100);
        readFilemark();
        readBlocks(200, 100);
        readFilemark();
        readFilemark();
        assertOutcome(read(BLOCK), "08/00/05");
    }

    @Test
    void positionsByFiles() {
        open();
        for (int file = 0; file < 5; file++) {
            writeBlocks(100 * file, 1);
            assertGood(writeFilemarks(1));
        }
        assertGood(rewind());

        assertGood(spaceFilemarks(1));
        readBlocks(100, 1);
        assertGood(spaceFilemarks(1));
        readBlocks(200, 1);
        assertGood(rewind());
        assertGood(spaceFilemarks(4));
        readBlocks(400, 1);
        assertGood(rewind());
        assertGood(spaceFilemarks(1));
        assertThat(fileNumber()).isEqualTo(1);
        assertGood(spaceFilemarks(3));
        assertThat(fileNumber()).isEqualTo(4);
    }

    @Test
    void appendsAfterReopening() {
        open();
        writeBlocks(0, 1);
        assertGood(writeFilemarks(1));
        writeBlocks(10, 1);
        assertGood(writeFilemarks(1));
        assertGood(writeFilemarks(1));
        assertGood(rewind());
        open();

        assertGood(host.send("11 03 00 00 00 00"));
        assertGood(host.receive("34 01 00 00 00 00 00 00 00 00", 20));
        assertThat(fileNumber()).isEqualTo(3);
        writeBlocks(20, 1);
        assertGood(writeFilemarks(1));
        assertGood(rewind());

        readBlocks(0, 1);
        readFilemark();
        readBlocks(10, 1);
        readFilemark();
        readFilemark();
        readBlocks(20, 1);
        readFilemark();
    }

    @Test
    void readsTheLastBlockAgain() {
        open();
        writeBlocks(0, 10);
        assertGood(writeFilemarks(1));
        assertGood(writeFilemarks(1));

        assertGood(spaceFilemarks(-1));
        assertGood(spaceFilemarks(-1));
        assertGood(spaceBlocks(-1));
        readBlocks(9, 1);
        readFilemark();
        readFilemark();
        assertOutcome(read(BLOCK), "08/00/05");
    }
}
