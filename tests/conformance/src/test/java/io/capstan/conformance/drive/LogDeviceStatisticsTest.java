package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveCounter;
import io.capstan.medium.SimpleTape;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Log page 14h, device statistics: what the drive counted over its life, earlier ones included. */
@Conformance(
        subject = "log page 14h",
        standard = "SSC-4, Device Statistics log page",
        clients = "sg3_utils")
class LogDeviceStatisticsTest extends DriveConformance {

    @Test
    void goesOnFromEarlierLives() {
        use(
                builder()
                        .lifetimeCounters(
                                Map.of(
                                        DriveCounter.LOADS,
                                        41L,
                                        DriveCounter.POWER_CYCLES,
                                        3L,
                                        DriveCounter.POWER_ON_SECONDS,
                                        36_000L,
                                        DriveCounter.LOADED_SECONDS,
                                        7_200L))
                        .build(),
                SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        assertData(
                host.receive("4D 00 54 00 00 00 00 00 FF 00", 255),
                """
                94 00 00 CE
                00 00 03 08 00 00 00 00 00 00 00 2A
                00 01 03 08 00 00 00 00 00 00 00 00
                00 02 03 08 00 00 00 00 00 00 00 0A
                00 03 03 08 00 00 00 00 00 00 00 02
                00 04 03 08 00 00 00 00 00 00 00 00
                00 05 03 08 00 00 00 00 00 00 00 00
                00 06 03 08 00 00 00 00 00 00 00 00
                00 07 03 08 00 00 00 00 00 00 00 00
                00 08 03 08 00 00 00 00 00 00 00 02
                00 0B 03 08 00 00 00 00 00 00 00 00
                00 0C 03 08 00 00 00 00 00 00 00 04
                00 0D 03 08 00 00 00 00 00 00 00 01
                00 0E 03 08 00 00 00 00 00 00 00 00
                00 0F 03 08 00 00 00 00 00 00 00 00
                00 40 01 0A 30 30 30 37 38 31 32 33 34 35
                00 41 01 0A 30 30 30 37 38 31 32 33 34 35
                00 80 03 01 00
                00 81 03 01 00
                """);
        assertThat(drive.status().join().counters()).containsEntry(DriveCounter.LOADS, 42L);
    }
}
