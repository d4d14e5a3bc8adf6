package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SPACE(16): counts of 64 bits. */
@Conformance(
        subject = "SPACE(16)",
        standard = "SSC-4, SPACE(16) command",
        clients = "LTFS (replay)")
class SpaceSixteenTest extends DriveConformance {

    @BeforeEach
    void writeTwoFiles() {
        write(1, 100);
        writeFilemarks(1);
        write(2, 100);
        rewind();
    }

    @Test
    void passesBlocksAndFilemarks() {
        assertGood(host.send("91 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(1);
        assertGood(host.send("91 01 00 00 00 00 00 00 00 00 00 01 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(2);
        assertGood(host.send("91 01 00 00 FF FF FF FF FF FF FF FF 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(1);
        assertGood(host.send("91 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void residualThatDoesNotFitInformationLeavesItInvalid() {
        assertSense(
                host.send("91 01 00 00 00 00 00 02 00 00 00 00 00 00 00 00"),
                "70 00 08 00 00 00 00 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void takesTheMostNegativeCount() {
        locate(3);
        assertOutcome(host.send("91 01 00 00 80 00 00 00 00 00 00 00 00 00 00 00"), "00/00/04");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void refusesAParameterList() {
        assertOutcome(host.send("91 00 00 00 00 00 00 00 00 00 00 01 00 01 00 00"), "05/24/00");
    }
}
