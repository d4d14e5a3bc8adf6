package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SPACE(6) over filemarks. The tape is: block, filemark, block, filemark, filemark, block, end-of-data. */
@Conformance(
        subject = "SPACE(6), filemarks",
        standard = "SSC-4, SPACE(6) command",
        clients = {"st", "mt", "btape"})
class SpaceFilemarksTest extends DriveConformance {

    @BeforeEach
    void writeFiles() {
        write(1, 100);
        writeFilemarks(1);
        write(2, 100);
        writeFilemarks(2);
        write(3, 100);
        rewind();
    }

    @Test
    void stopsBehindTheLastOneForwards() {
        assertGood(spaceFilemarks(2));
        assertThat(objectNumber()).isEqualTo(4);
        assertThat(fileNumber()).isEqualTo(2);
    }

    @Test
    void stopsInFrontOfTheLastOneBackwards() {
        locate(6);
        assertGood(spaceFilemarks(-3));
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(fileNumber()).isZero();
    }

    @Test
    void endOfDataStopsForwards() {
        assertSense(spaceFilemarks(5), "F0 00 08 00 00 00 02 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(6);
    }

    @Test
    void beginningOfPartitionStopsBackwards() {
        locate(4);
        assertSense(spaceFilemarks(-5), "F0 00 40 00 00 00 03 0A 00 00 00 00 00 04 00 00 00 00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void countOfZeroDoesNotMove() {
        locate(3);
        assertGood(spaceFilemarks(0));
        assertThat(objectNumber()).isEqualTo(3);
    }
}
