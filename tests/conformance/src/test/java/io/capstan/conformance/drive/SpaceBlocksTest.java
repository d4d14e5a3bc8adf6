package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SPACE(6) over blocks. The tape is: block, block, filemark, block, block, end-of-data. */
@Conformance(
        subject = "SPACE(6), blocks",
        standard = "SSC-4, SPACE(6) command",
        clients = {"st", "mt", "btape"})
class SpaceBlocksTest extends DriveConformance {

    @BeforeEach
    void writeTwoFiles() {
        write(1, 100);
        write(2, 100);
        writeFilemarks(1);
        write(3, 100);
        write(4, 100);
        rewind();
    }

    @Test
    void passesBlocksForwards() {
        assertGood(spaceBlocks(2));
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void passesBlocksBackwards() {
        locate(2);
        assertGood(spaceBlocks(-1));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void filemarkStopsForwardsBehindIt() {
        assertSense(spaceBlocks(5), "F0 00 80 00 00 00 03 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(3);
        assertThat(fileNumber()).isEqualTo(1);
    }

    @Test
    void filemarkStopsBackwardsInFrontOfIt() {
        locate(5);
        assertSense(spaceBlocks(-4), "F0 00 80 00 00 00 02 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(2);
        assertThat(fileNumber()).isZero();
    }

    @Test
    void oneBlockBackwardsFindsTheFilemarkThatWasJustCrossed() {
        locate(3);
        assertSense(spaceBlocks(-1), "F0 00 80 00 00 00 01 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void endOfDataStopsForwards() {
        locate(3);
        assertSense(spaceBlocks(7), "F0 00 08 00 00 00 05 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(5);
    }

    @Test
    void beginningOfPartitionStopsBackwards() {
        locate(1);
        assertSense(spaceBlocks(-3), "F0 00 40 00 00 00 02 0A 00 00 00 00 00 04 00 00 00 00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void countOfZeroDoesNotMove() {
        locate(4);
        assertGood(spaceBlocks(0));
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void putsTheBufferOnStableStorageFirst() {
        locate(5);
        write(5, 100);
        assertGood(spaceBlocks(-1));
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void refusesCodesThatAreNotSupported() {
        assertSense(
                host.send("11 02 00 00 01 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CB 00 01");
        assertOutcome(host.send("11 04 00 00 01 00"), "05/24/00");
        assertOutcome(host.send("11 05 00 00 01 00"), "05/24/00");
    }
}
