package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mode page 11h, medium partition: what it tells of a medium and what it takes. FORMAT MEDIUM is tested elsewhere. */
@Conformance(
        subject = "mode page 11h",
        standard = "SSC-4, Medium Partition mode page",
        clients = {"mt", "sg3_utils"})
class ModePageMediumPartitionTest extends DriveConformance {

    private String page() {
        return host.receive("1A 08 11 00 FF 00", 255).hex().substring(12);
    }

    private void loadLayout(long... capacitiesBytes) {
        long total = Arrays.stream(capacitiesBytes).sum();
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, total, false, false),
                        Arrays.stream(capacitiesBytes).boxed().toList()));
    }

    @Test
    void tellsTheLayoutOfTheMediumInGigabytes() {
        loadLayout(12_000_000_000_000L);
        assertThat(page()).isEqualTo("11 0E 03 00 1C 03 09 00 2E E0 00 00 00 00 00 00");
        loadLayout(37_000_000_000L, 11_963_000_000_000L);
        assertThat(page()).isEqualTo("11 0E 03 01 3C 03 09 00 00 25 2E BB 00 00 00 00");
    }

    @Test
    void tellsSmallerMediaInSmallerUnits() {
        loadLayout(2_000_000_000L, 1_000_000_000L);
        assertThat(page()).isEqualTo("11 0E 03 01 3C 03 06 00 07 D0 03 E8 00 00 00 00");
        loadLayout(20_000_000L);
        assertThat(page()).isEqualTo("11 0E 03 00 1C 03 03 00 4E 20 00 00 00 00 00 00");
    }

    @Test
    void tellsWhatWasAskedForUntilItIsFormatted() {
        String asked = "11 0E 03 01 3C 03 06 00 FF FF 00 64 00 00 00 00";
        assertGood(host.send("15 10 00 00 14 00", "00 00 10 00" + asked));

        assertThat(page()).isEqualTo(asked);
        assertGood(host.send("04 00 01 00 00 00"));
        assertThat(page()).isEqualTo("11 0E 03 01 3C 03 06 00 03 B4 00 64 00 00 00 00");
    }

    @Test
    void withoutMediumItIsTheDefault() {
        drive.eject().join();
        assertThat(page()).isEqualTo("11 0E 03 00 1C 03 03 00 00 00 00 00 00 00 00 00");
    }

    @ParameterizedTest
    @CsvSource({
        // two kinds at once
        "1, A0, 06, FFFF006400000000",
        // no kind, although there are two partitions
        "1, 1C, 06, FFFF006400000000",
        // a partition of nothing
        "1, 3C, 06, FFFF000000000000",
        // two rests
        "1, 3C, 06, FFFFFFFF00000000",
        // units of 10^13
        "1, 3C, 0D, FFFF006400000000",
        // five partitions
        "4, 3C, 06, FFFF006400000000"
    })
    void refusesWhatNoMediumCouldFollow(int additional, String flags, String units, String sizes) {
        String page = "11 0E 03 %02X %s 03 %s 00 %s".formatted(additional, flags, units, sizes);

        assertOutcome(host.send("15 10 00 00 14 00", "00 00 10 00" + page), "05/26/00");
        assertThat(page()).startsWith("11 0E 03 00");
    }

    @Test
    void takesPofmAsZero() {
        assertGood(
                host.send(
                        "15 10 00 00 14 00",
                        "00 00 10 00 11 0E 03 01 38 03 06 00 FF FF 00 64 00 00 00 00"));
    }
}
