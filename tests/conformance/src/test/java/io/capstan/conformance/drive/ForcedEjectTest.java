package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveCounter;
import io.capstan.drive.EjectOutcome;
import org.junit.jupiter.api.Test;

/** A cartridge that an operator takes out of the hands of a host. */
@Conformance(
        subject = "removal by an operator",
        standard = "SPC-4, PREVENT ALLOW MEDIUM REMOVAL command")
class ForcedEjectTest extends DriveConformance {

    private static final long FORCED_EJECT = 1L << (64 - 16);

    private long flags() {
        return host.receive("4D 00 52 00 00 00 00 00 40 00", 64).u64(8);
    }

    @Test
    void isCountedAndRaisesAnAlert() {
        assertGood(host.send("1E 00 00 00 01 00"));

        assertThat(drive.forceEject().join()).isInstanceOf(EjectOutcome.Ejected.class);

        assertThat(flags()).isEqualTo(FORCED_EJECT);
        assertThat(drive.status().join().counters()).containsEntry(DriveCounter.FORCED_EJECTS, 1L);
    }

    @Test
    void isNoneWhereNobodyPreventsIt() {
        drive.forceEject().join();

        assertThat(flags()).isZero();
    }
}
