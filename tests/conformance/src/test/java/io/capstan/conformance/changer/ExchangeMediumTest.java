package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.EjectOutcome;
import io.capstan.changer.LoadOutcome;
import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** EXCHANGE MEDIUM: both cartridges move, or none. */
@Conformance(
        subject = "EXCHANGE MEDIUM",
        standard = "SMC-3, EXCHANGE MEDIUM command",
        clients = "mtx")
final class ExchangeMediumTest extends ChangerConformance {

    @Test
    void swap() {
        assertThat(exchange(1000, 1001, 1000)).isEqualTo("GOOD");

        assertThat(volumeIn(1000)).isEqualTo("CAP002L8");
        assertThat(volumeIn(1001)).isEqualTo("CAP001L8");
    }

    @Test
    void swapWithADrive() {
        move(1000, 500);

        assertThat(exchange(1001, 500, 1001)).isEqualTo("GOOD");

        assertThat(volumeIn(500)).isEqualTo("CAP002L8");
        assertThat(volumeIn(1001)).isEqualTo("CAP001L8");
    }

    @Test
    void chain() {
        move(1000, 500);

        assertThat(exchange(1001, 500, 1000)).isEqualTo("GOOD");

        assertThat(volumeIn(500)).isEqualTo("CAP002L8");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
        assertThat(isFull(1001)).isFalse();
    }

    @Test
    void swapOfTwoDrives() {
        move(1000, 500);
        move(1001, 501);

        assertThat(exchange(500, 501, 500)).isEqualTo("GOOD");

        assertThat(volumeIn(500)).isEqualTo("CAP002L8");
        assertThat(volumeIn(501)).isEqualTo("CAP001L8");
    }

    @Test
    void emptyElements() {
        assertThat(exchange(1010, 1001, 1002)).as("source").isEqualTo("05/3B/0E");
        assertThat(exchange(1000, 1010, 1000)).as("first destination").isEqualTo("05/3B/0E");
    }

    @Test
    void fullElements() {
        assertThat(exchange(1000, 1001, 1002)).as("second destination").isEqualTo("05/3B/0D");
        assertThat(exchange(1000, 1001, 1001)).as("first is second").isEqualTo("05/3B/0D");
        assertThat(exchange(1000, 1000, 1010)).as("first is source").isEqualTo("05/3B/0D");
        assertThat(exchange(1000, 1000, 1000)).as("all one").isEqualTo("05/3B/0D");
        assertNothingMoved();
    }

    @Test
    void invalidElementAddresses() {
        assertThat(exchange(999, 1001, 1010)).isEqualTo("05/21/01");
        assertThat(exchange(1000, 1, 1010)).isEqualTo("05/21/01");
        assertThat(exchange(1000, 1001, 1020)).isEqualTo("05/21/01");
        assertThat(host.send("A6 00 0007 03E8 03E9 03E8 00 00").outcome()).isEqualTo("05/21/01");
        assertNothingMoved();
    }

    @Test
    void removalPrevented() {
        move(1002, 500);
        drive(0).removalPrevented(true);

        assertThat(exchange(1000, 500, 1000)).isEqualTo("05/53/02");
        assertThat(exchange(500, 1000, 500)).isEqualTo("05/53/02");

        assertThat(volumeIn(500)).isEqualTo("CAP003L8");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void aDriveThatDoesNotLoadUndoesBothMoves() {
        move(1000, 500);
        move(1001, 501);
        drive(1).loads(new LoadOutcome.Failed("broken"));

        assertThat(exchange(500, 501, 1010)).isEqualTo("04/53/00");

        assertThat(volumeIn(500)).isEqualTo("CAP001L8");
        assertThat(volumeIn(501)).isEqualTo("CAP002L8");
        assertThat(isFull(1010)).isFalse();
    }

    @Test
    void aDriveThatDoesNotUnloadStopsBothMoves() {
        move(1000, 500);
        drive(0).ejects(new EjectOutcome.Failed("stuck"));

        assertThat(exchange(1001, 500, 1001)).isEqualTo("04/53/01");

        assertThat(volumeIn(500)).isEqualTo("CAP001L8");
        assertThat(volumeIn(1001)).isEqualTo("CAP002L8");
    }

    @Test
    void nothingCanBeInverted() {
        assertThat(host.send("A6 00 0000 03E8 03E9 03E8 01 00").outcome()).isEqualTo("05/24/00");
        assertThat(host.send("A6 00 0000 03E8 03E9 03E8 02 00").outcome()).isEqualTo("05/24/00");
        assertNothingMoved();
    }

    private void assertNothingMoved() {
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
        assertThat(volumeIn(1001)).isEqualTo("CAP002L8");
        assertThat(volumeIn(1002)).isEqualTo("CAP003L8");
        assertThat(isFull(1010)).isFalse();
    }
}
