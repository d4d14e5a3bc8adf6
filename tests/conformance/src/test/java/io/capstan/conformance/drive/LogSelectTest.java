package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** LOG SELECT: which counters it resets, what it leaves, and who is told. */
@Conformance(subject = "LOG SELECT", standard = "SPC-4, LOG SELECT command")
class LogSelectTest extends DriveConformance {

    private static final String ALL_PAGES = "4C 02 C0 00 00 00 00 00 00 00";

    private long bytesWritten(String pageControlAndCode) {
        return host.receive("4D 00 " + pageControlAndCode + " 00 00 00 05 00 FF 00", 255).u64(8);
    }

    @Test
    void parameterCodeResetResetsTheCountersOfALoad() {
        write(1, 1000);
        assertThat(bytesWritten("42")).isEqualTo(1000);

        assertGood(host.send(ALL_PAGES));

        assertThat(bytesWritten("42")).isZero();
        write(2, 300);
        assertThat(bytesWritten("42")).isEqualTo(300);
    }

    @Test
    void cumulativeDefaultsDoTheSame() {
        write(1, 1000);

        assertGood(host.send("4C 00 C2 00 00 00 00 00 00 00"));

        assertThat(bytesWritten("42")).isZero();
    }

    @Test
    void thresholdsResetNothing() {
        write(1, 1000);

        assertGood(host.send("4C 00 82 00 00 00 00 00 00 00"));

        assertThat(bytesWritten("42")).isEqualTo(1000);
    }

    @Test
    void lifesAreNotReset() {
        write(1, 3_000_000);
        String lives = host.receive("4D 00 7D 00 00 00 00 00 FF 00", 255).hex();

        assertGood(host.send(ALL_PAGES));

        assertThat(host.receive("4D 00 7D 00 00 00 00 00 FF 00", 255).hex()).isEqualTo(lives);
    }

    @Test
    void tapeAlertsAreNotReset() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);

        assertGood(host.send(ALL_PAGES));

        assertThat(host.receive("4D 00 52 00 00 00 00 00 40 00", 64).u64(8)).isNotZero();
    }

    @Test
    void theOthersAreTold() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();

        host.send(ALL_PAGES);

        assertOutcome(other.send("00 00 00 00 00 00"), "06/2A/02");
        assertGood(testUnitReady());
    }

    @Test
    void aCounterShowsItsThresholdAndItsDefault() {
        write(1, 1000);

        assertThat(bytesWritten("02")).as("threshold").isEqualTo(-1);
        assertThat(bytesWritten("C2")).as("cumulative default").isZero();
        assertThat(bytesWritten("42")).as("cumulative").isEqualTo(1000);
    }

    @Test
    void refusesSavingAndAParameterList() {
        assertSense(
                host.send("4C 01 C0 00 00 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C8 00 01");
        assertSense(
                host.send("4C 00 C2 00 00 00 00 00 04 00", "02 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 07");
        assertSense(
                host.send("4C 02 FE 00 00 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CD 00 02");
    }
}
