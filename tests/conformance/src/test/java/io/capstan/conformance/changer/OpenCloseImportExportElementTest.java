package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** OPEN/CLOSE IMPORT/EXPORT ELEMENT: what lies in an open station is out of the picker's reach. */
@Conformance(
        subject = "OPEN/CLOSE IMPORT/EXPORT ELEMENT",
        standard = "SMC-3, OPEN/CLOSE IMPORT/EXPORT ELEMENT command",
        clients = "sg3_utils")
final class OpenCloseImportExportElementTest extends ChangerConformance {

    private static final String OPEN = "1B 00 000A 00 00";
    private static final String CLOSE = "1B 00 000A 01 00";

    @Test
    void anOpenStationIsOutOfReach() {
        move(1000, 10);
        assertThat(host.send(OPEN).outcome()).isEqualTo("GOOD");

        assertThat(move(10, 1000)).isEqualTo("05/3B/11");
        assertThat(move(1001, 13)).isEqualTo("05/3B/11");
        assertThat(exchange(1001, 10, 1001)).isEqualTo("05/3B/11");
        assertThat(move(1001, 1010)).isEqualTo("GOOD");
        assertThat(volumeIn(10)).isEqualTo("CAP001L8");

        assertThat(host.send(CLOSE).outcome()).isEqualTo("GOOD");
        assertThat(move(10, 1000)).isEqualTo("GOOD");
    }

    @Test
    void twiceIsOnce() {
        assertThat(host.send(CLOSE).outcome()).isEqualTo("GOOD");
        assertThat(host.send(OPEN).outcome()).isEqualTo("GOOD");
        assertThat(host.send(OPEN).outcome()).isEqualTo("GOOD");
        assertThat(host.send(CLOSE).outcome()).isEqualTo("GOOD");
        assertThat(library.stationOpen()).isFalse();
    }

    @Test
    void onlyImportExportElementsHaveAStation() {
        assertThat(host.send("1B 00 03E8 00 00").outcome()).isEqualTo("05/21/01");
        assertThat(host.send("1B 00 000E 00 00").outcome()).isEqualTo("05/21/01");
        assertThat(library.stationOpen()).isFalse();
    }

    @Test
    void otherActionsAreReserved() {
        assertThat(host.send("1B 00 000A 02 00").outcome()).isEqualTo("05/24/00");
        assertThat(host.send("1B 00 000A 1F 00").outcome()).isEqualTo("05/24/00");
        assertThat(host.send("1B 00 000A 20 00").outcome()).isEqualTo("05/24/00");
    }
}
