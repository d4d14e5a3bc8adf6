package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** REPORT TIMESTAMP and SET TIMESTAMP. */
@Conformance(
        subject = "REPORT TIMESTAMP, SET TIMESTAMP",
        standard = "SPC-4, the commands of that name")
final class TimestampTest extends ChangerConformance {

    private static final String REPORT = "A3 0F 0000 0000 000000FF 00 00";

    @Test
    void theClockIsTheNodes() {
        assertThat(host.receive(REPORT, 255).hex())
                .isEqualTo("00 0A 03 00 01 23 45 67 89 AB 00 00");
    }

    @Test
    void aHostSetsAnother() {
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();

        assertThat(
                        host.send(
                                        "A4 0F 0000 0000 0000000C 00 00",
                                        "00 00 00 00 01 99 99 99 99 99 00 00")
                                .outcome())
                .isEqualTo("GOOD");

        assertThat(host.receive(REPORT, 255).hex())
                .isEqualTo("00 0A 02 00 01 99 99 99 99 99 00 00");
        assertThat(other.send("00 00 00 00 00 00").outcome()).isEqualTo("06/2A/10");
    }

    @Test
    void anEmptyListChangesNothingAndAShortOneIsRefused() {
        assertThat(host.send("A4 0F 0000 0000 00000000 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("A4 0F 0000 0000 0000000B 00 00", new byte[11]).outcome())
                .isEqualTo("05/1A/00");
        assertThat(host.receive(REPORT, 255).u8(2)).isEqualTo(3);
    }
}
