package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** PEWS of mode page 10h/01h: a zone before early-warning, told once. */
@Conformance(subject = "programmable early warning", standard = "SSC-4, Programmable early warning")
class WriteProgrammableEarlyWarningTest extends DriveConformance {

    private static final int BLOCK = 1_000_000;
    private static final String PROGRAMMABLE =
            "F0 00 40 00 00 00 00 0A 00 00 00 00 00 07 00 00 00 00";
    private static final String EARLY_WARNING =
            "F0 00 40 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00";

    /** 8 MB with early-warning at 6 MB, and programmable early-warning {@code megabytes} before. */
    private void programZone(int megabytes) {
        exchange(SimpleTape.blank("TST001L8", 8L * BLOCK));
        assertGood(
                host.send(
                        "55 10 00 00 00 00 00 00 28 00",
                        "00 00 00 10 00 00 00 00 50 01 00 1C 00 00"
                                + "%04X".formatted(megabytes)
                                + "00".repeat(24)));
    }

    @Test
    void isToldOnceWithTheBlockWritten() {
        programZone(3);
        assertGood(write(1, BLOCK));
        assertGood(write(2, BLOCK));

        assertSense(write(3, BLOCK), PROGRAMMABLE);
        assertGood(write(4, BLOCK));
        assertGood(write(5, BLOCK));
        assertSense(write(6, BLOCK), EARLY_WARNING);
        assertThat(tape.objects(0)).hasSize(6);
    }

    @Test
    void isToldAgainWhenTheZoneIsEnteredAgain() {
        programZone(3);
        write(1, BLOCK);
        write(2, BLOCK);
        assertSense(write(3, BLOCK), PROGRAMMABLE);

        locate(2);

        assertSense(write(4, BLOCK), PROGRAMMABLE);
    }

    @Test
    void earlyWarningComesFirstWhenBothAreCrossedAtOnce() {
        programZone(1);

        assertSense(write(1, 7 * BLOCK), EARLY_WARNING);
    }

    @Test
    void isSeenInReadPosition() {
        programZone(3);
        write(1, BLOCK);
        assertThat(readPosition().u8(0)).isEqualTo(0x00);
        write(2, BLOCK);
        write(3, BLOCK);
        assertThat(readPosition().u8(0)).isEqualTo(0x01);
        write(4, 3 * BLOCK);
        assertThat(readPosition().u8(0)).isEqualTo(0x41);
    }

    @Test
    void zeroIsNoZone() {
        programZone(0);
        for (int i = 0; i < 5; i++) {
            assertGood(write(i, BLOCK));
        }
        assertSense(write(5, BLOCK), EARLY_WARNING);
        assertThat(readPosition().u8(0)).isEqualTo(0x40);
    }
}
