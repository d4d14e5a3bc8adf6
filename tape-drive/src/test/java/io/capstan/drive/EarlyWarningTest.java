package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.drive.EarlyWarning.Zone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyWarningTest {

    private static final long FIVE_GB = 5_000_000_000L;
    private static final long NATIVE = 12_000_000_000_000L;
    private static final long PLENTY = Long.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        // the whole cartridge, and half of it
        "12000000000000, 5000000000",
        "6000000000000,  2500000000",
        // too small for the proportion: two blocks of 8 MiB
        "1000000000,     16777216",
        "67108864,       16777216",
        // too small for that: a quarter
        "40000,          10000",
        // larger than native
        "24000000000000, 5000000000"
    })
    void zoneFollowsThePartition(long partitionBytes, long zoneBytes) {
        assertThat(EarlyWarning.zoneBytes(FIVE_GB, NATIVE, partitionBytes)).isEqualTo(zoneBytes);
    }

    @Test
    void zonesFollowEachOther() {
        assertThat(EarlyWarning.zone(151, PLENTY, 100, 50)).isEqualTo(Zone.BEFORE);
        assertThat(EarlyWarning.zone(150, PLENTY, 100, 50))
                .isEqualTo(Zone.PROGRAMMABLE_EARLY_WARNING);
        assertThat(EarlyWarning.zone(101, PLENTY, 100, 50))
                .isEqualTo(Zone.PROGRAMMABLE_EARLY_WARNING);
        assertThat(EarlyWarning.zone(100, PLENTY, 100, 50)).isEqualTo(Zone.EARLY_WARNING);
        assertThat(EarlyWarning.zone(101, PLENTY, 100, 0)).isEqualTo(Zone.BEFORE);
    }

    @Test
    void aDiskThatIsNearlyFullWarns() {
        assertThat(EarlyWarning.zone(PLENTY, (64L << 20) + 1, 100, 0)).isEqualTo(Zone.BEFORE);
        assertThat(EarlyWarning.zone(PLENTY, 64L << 20, 100, 0)).isEqualTo(Zone.EARLY_WARNING);
    }
}
