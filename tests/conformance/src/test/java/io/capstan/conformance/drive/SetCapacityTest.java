package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** SET CAPACITY. */
@Conformance(subject = "SET CAPACITY", standard = "SSC-4, SET CAPACITY command")
class SetCapacityTest extends DriveConformance {

    @Test
    void leavesAProportionOfTheMediumAndNoContent() {
        write(1, 100);
        rewind();

        assertGood(host.send("0B 00 00 40 00 00"));

        assertThat(tape.capacityBytes(0))
                .isBetween(CAPACITY_BYTES / 4, CAPACITY_BYTES / 4 + CAPACITY_BYTES / 60_000);
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void laterFormatsKeepIt() {
        host.send("0B 00 00 40 00 00");
        long capacityBytes = tape.capacityBytes(0);

        assertGood(host.send("04 00 00 00 00 00"));

        assertThat(tape.capacityBytes(0)).isEqualTo(capacityBytes);
    }

    @Test
    void allOfItIsAllOfItAgain() {
        host.send("0B 00 00 40 00 00");

        assertGood(host.send("0B 01 00 FF FF 00"));

        assertThat(tape.capacityBytes(0)).isEqualTo(CAPACITY_BYTES);
    }

    @Test
    void happensOnlyAtTheBeginning() {
        write(1, 100);

        assertOutcome(host.send("0B 00 00 40 00 00"), "05/3B/0C");
        assertThat(tape.objects(0)).hasSize(1);
    }

    @Test
    void refusesNothing() {
        assertSense(
                host.send("0B 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 03");
    }
}
