package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CartridgeTypeTest {

    @ParameterizedTest
    @CsvSource({
        "LTO-3, 44, 38, 400000",
        "LTO-4, 46, 48, 800000",
        "LTO-5, 58, 58, 1500000",
        "LTO-6, 5A, 68, 2500000",
        "LTO-7, 5C, 78, 6000000",
        "M8,    5D, 78, 9000000",
        "LTO-8, 5E, 88, 12000000",
        "LTO-9, 60, 98, 18000000",
        "LTO-10, 62, A8, 30000000",
        "LTO-10P, 63, A9, 40000000"
    })
    void generationsHaveTheirCodes(String name, String density, String mediumType, long megabytes) {
        CartridgeType type = CartridgeType.byName(name).orElseThrow();

        assertThat(type.densityCode()).isEqualTo(Integer.parseInt(density, 16));
        assertThat(type.mediumTypeData()).isEqualTo(Integer.parseInt(mediumType, 16));
        assertThat(type.nativeCapacityBytes()).isEqualTo(megabytes * 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "VOL001L7, LTO-7, false",
        "VOL001LX, LTO-7, true",
        "VOL001M8, M8,    false",
        "VOL001L8, LTO-8, false",
        "VOL001LY, LTO-8, true",
        "VOL001L9, LTO-9, false",
        "VOL001LZ, LTO-9, true"
    })
    void labelsTellGenerationAndWorm(String label, String name, boolean worm) {
        VolumeIdentifier identifier = new VolumeIdentifier(label);

        CartridgeType type = CartridgeType.byLabel(identifier).orElseThrow();

        assertThat(type.name()).isEqualTo(name);
        assertThat(type.isWormLabel(identifier)).isEqualTo(worm);
    }

    @Test
    void otherLabelsTellNothing() {
        assertThat(CartridgeType.byLabel(new VolumeIdentifier("VOL001"))).isEmpty();
        assertThat(CartridgeType.byLabel(new VolumeIdentifier("VOL001L1"))).isEmpty();
    }

    @Test
    void describesCartridges() {
        CartridgeType type = CartridgeType.byName("LTO-8").orElseThrow();

        assertThat(type.describe(100, false, true))
                .isEqualTo(new MediumDescription(0x88, 0x5E, 100, false, true));
        assertThat(type.describe(100, true, false))
                .isEqualTo(new MediumDescription(0x8C, 0x5E, 100, true, false));
    }

    @Test
    void typeMHasNoWorm() {
        CartridgeType type = CartridgeType.byName("M8").orElseThrow();

        assertThatThrownBy(() -> type.describe(100, true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("M8 has no WORM");
    }
}
