package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** READ POSITION, short form: service actions 00h and 01h. */
@Conformance(
        subject = "READ POSITION, short form",
        standard = "SSC-4, READ POSITION command",
        clients = {"st", "mt", "btape"})
class ReadPositionShortTest extends DriveConformance {

    @Test
    void isTwentyBytesWithBopAtTheBeginning() {
        assertData(
                host.receive("34 00 00 00 00 00 00 00 00 00", 20),
                "80 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void tellsWhatIsInTheBuffer() {
        write(1, 1000);
        writeFilemarks(0);
        write(2, 1000);
        write(3, 500);

        assertData(
                host.receive("34 00 00 00 00 00 00 00 00 00", 20),
                "00 00 00 00 00 00 00 03 00 00 00 01 00 00 00 02 00 00 05 DC");
    }

    @Test
    void vendorSpecificFormIsTheSame() {
        write(1, 1000);
        writeFilemarks(1);

        assertData(
                host.receive("34 01 00 00 00 00 00 00 00 00", 20),
                "00 00 00 00 00 00 00 02 00 00 00 02 00 00 00 00 00 00 00 00");
    }

    @Test
    void needsAMedium() {
        use(builder().build());
        host.clearUnitAttentions();

        assertOutcome(host.receive("34 00 00 00 00 00 00 00 00 00", 20), "02/3A/00");
    }

    @Test
    void refusesFormsThatAreNotSupported() {
        assertSense(
                host.receive("34 02 00 00 00 00 00 00 00 00", 20),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CC 00 01");
        assertThat(host.receive("34 07 00 00 00 00 00 00 00 00", 20).outcome())
                .isEqualTo("05/24/00");
    }
}
