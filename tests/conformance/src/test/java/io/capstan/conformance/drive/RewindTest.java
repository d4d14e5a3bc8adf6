package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** REWIND. */
@Conformance(
        subject = "REWIND",
        standard = "SSC-4, REWIND command",
        clients = {"st", "mt", "tar"})
class RewindTest extends DriveConformance {

    @Test
    void movesToTheBeginning() {
        write(1, 100);
        writeFilemarks(1);

        assertGood(rewind());

        assertThat(readPosition().u8(0)).isEqualTo(0x80);
        assertThat(objectNumber()).isZero();
    }

    @Test
    void putsTheBufferOnStableStorage() {
        write(1, 100);
        assertGood(rewind());
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void immediateHasMovedWhenItIsAnswered() {
        write(1, 100);
        assertGood(host.send("01 01 00 00 00 00"));
        assertThat(objectNumber()).isZero();
        assertGood(testUnitReady());
    }

    @Test
    void needsAMedium() {
        use(builder().build());
        host.clearUnitAttentions();

        assertOutcome(rewind(), "02/3A/00");
    }

    @Test
    void refusesReservedBits() {
        assertSense(
                host.send("01 02 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C9 00 01");
    }
}
