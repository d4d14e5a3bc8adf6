package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VERIFY(6). The tape is: three blocks of 512, filemark, one block of 100, filemark, end-of-data. */
@Conformance(subject = "VERIFY(6)", standard = "SSC-4, VERIFY(6) command")
class VerifyTest extends DriveConformance {

    @BeforeEach
    void writeTwoFiles() {
        setBlockLength(512);
        writeFixed(3, block(1, 3 * 512));
        writeFilemarks(1);
        write(2, 100);
        writeFilemarks(1);
        rewind();
    }

    @Test
    void movesOverBlocksThatAreFine() {
        assertGood(host.send("13 01 00 00 02 00"));
        assertThat(objectNumber()).isEqualTo(2);
        assertGood(host.send("13 00 00 02 00 00"));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void corruptBlockIsAMediumError() {
        tape.corruptObject(0, 1);

        assertSense(
                host.send("13 01 00 00 03 00"),
                "F0 00 03 00 00 00 02 0A 00 00 00 00 11 00 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void filemarkEndsItWithTheResidual() {
        assertSense(
                host.send("13 01 00 00 05 00"),
                "F0 00 80 00 00 00 02 0A 00 00 00 00 00 01 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void otherLengthEndsItWithTheDifference() {
        assertSense(
                host.send("13 00 00 04 00 00"),
                "F0 00 20 00 00 02 00 0A 00 00 00 00 00 00 00 00 00 00");
        locate(4);
        assertSense(
                host.send("13 01 00 00 02 00"),
                "F0 00 20 00 00 00 02 0A 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void goesByFilemarks() {
        assertGood(host.send("13 08 00 00 02 00"));
        assertThat(objectNumber()).isEqualTo(6);
        rewind();
        assertSense(
                host.send("13 08 00 00 05 00"),
                "F0 00 08 00 00 00 03 0A 00 00 00 00 00 05 00 00 00 00");
    }

    @Test
    void goesToEndOfData() {
        assertGood(host.send("13 24 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(6);
    }

    @Test
    void goingToEndOfDataStopsAtACorruptBlock() {
        tape.corruptObject(0, 4);

        assertOutcome(host.send("13 20 00 00 00 00"), "03/11/00");
        assertThat(objectNumber()).isEqualTo(5);
    }

    @Test
    void refusesToCompareBytesAndToMixKinds() {
        assertSense(
                host.send("13 02 00 00 01 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C9 00 01");
        assertOutcome(host.send("13 28 00 00 01 00"), "05/24/00");
        assertOutcome(host.send("13 21 00 00 01 00"), "05/24/00");
        assertOutcome(host.send("13 09 00 00 01 00"), "05/24/00");
    }
}
