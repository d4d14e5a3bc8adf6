package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** SPACE to end-of-data. */
@Conformance(
        subject = "SPACE, end-of-data",
        standard = "SSC-4, SPACE(6) command",
        clients = {"st", "mt", "btape"})
class SpaceEndOfDataTest extends DriveConformance {

    @Test
    void movesBehindTheLastObject() {
        write(1, 100);
        writeFilemarks(1);
        write(2, 100);
        rewind();

        assertGood(host.send("11 03 00 00 00 00"));

        assertThat(objectNumber()).isEqualTo(3);
        assertThat(fileNumber()).isEqualTo(1);
    }

    @Test
    void ignoresTheCount() {
        write(1, 100);
        rewind();

        assertGood(host.send("11 03 00 00 07 00"));

        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void isWhereABlankTapeBegins() {
        assertGood(host.send("11 03 00 00 00 00"));
        assertThat(objectNumber()).isZero();
    }
}
