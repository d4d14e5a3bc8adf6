package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** POSITION TO ELEMENT: there is nothing to move, but addresses are checked. */
@Conformance(
        subject = "POSITION TO ELEMENT",
        standard = "SMC-3, POSITION TO ELEMENT command",
        clients = "mtx")
final class PositionToElementTest extends ChangerConformance {

    @Test
    void everyElementCanBeReached() {
        assertThat(position("0000 03E8")).isEqualTo("GOOD");
        assertThat(position("0001 01F4")).isEqualTo("GOOD");
        assertThat(position("0001 000A")).isEqualTo("GOOD");
    }

    @Test
    void othersCannot() {
        assertThat(position("0001 0001")).isEqualTo("05/21/01");
        assertThat(position("0001 0000")).isEqualTo("05/21/01");
        assertThat(position("0002 03E8")).isEqualTo("05/21/01");
    }

    @Test
    void nothingCanBeInverted() {
        assertThat(host.send("2B 00 0000 03E8 0000 01 00").outcome()).isEqualTo("05/24/00");
    }

    private String position(String addresses) {
        return host.send("2B 00 " + addresses + " 0000 00 00").outcome();
    }
}
