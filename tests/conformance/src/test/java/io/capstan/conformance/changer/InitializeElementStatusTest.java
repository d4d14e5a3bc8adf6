package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.LoadOutcome;
import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** INITIALIZE ELEMENT STATUS, with and without range, under its two operation codes. */
@Conformance(
        subject = "INITIALIZE ELEMENT STATUS, and WITH RANGE",
        standard = "SMC-3, the commands of that name",
        clients = {"mtx", "ch"})
final class InitializeElementStatusTest extends ChangerConformance {

    @Test
    void theInventoryStays() {
        assertThat(host.send("07 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("07 20 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void withRange() {
        for (String operation : new String[] {"37", "E7"}) {
            assertThat(host.send(operation + " 01 03E8 0000 0005 00 00").outcome())
                    .isEqualTo("GOOD");
            assertThat(host.send(operation + " 01 000A 0000 0000 00 00").outcome())
                    .as("0 means all that follow")
                    .isEqualTo("GOOD");
            assertThat(host.send(operation + " 01 03FC 0000 0001 00 00").outcome())
                    .as("no such element")
                    .isEqualTo("05/21/01");
            assertThat(host.send(operation + " 00 03FC 0000 0001 00 00").outcome())
                    .as("RANGE is zero: all elements")
                    .isEqualTo("GOOD");
        }
        assertThat(host.send("37 03 03E8 0000 0005 00 00").outcome()).as("FAST").isEqualTo("GOOD");
    }

    @Test
    void aDriveThatCouldNotLoadIsTriedAgain() {
        move(1000, 500);
        drive(0).loads(new LoadOutcome.Failed("broken"));
        drive(1).loads(new LoadOutcome.Failed("broken"));
        move(500, 501);
        assertThat(flags(500)).as("ACCESS EXCEPT FULL").isEqualTo(0x0D);
        drive(0).loads(new LoadOutcome.Loaded());

        assertThat(host.send("37 01 01F5 0000 0001 00 00").outcome()).isEqualTo("GOOD");
        assertThat(flags(500)).as("not in range").isEqualTo(0x0D);
        assertThat(host.send("07 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(flags(500)).as("loaded").isEqualTo(0x01);
    }
}
