package io.capstan.changer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the tests against the logical unit cannot show, because no personality has it. */
final class ElementStatusDataTest {

    private static final ElementStatus DRIVE =
            new ElementStatus(
                    0x101,
                    ElementType.DATA_TRANSFER,
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    Optional.of(new DriveIdentity("IBM", "ULT3580-TD9", "1234567")));

    @Test
    void aDriveBySerialNumberAlone() {
        byte[] data = new ElementStatusData(false, true, false).encode(List.of(DRIVE), 0, 255);

        assertThat(hex(data))
                .isEqualTo(
                        "01 01 00 01 00 00 00 22 04 00 00 1A 00 00 00 1A "
                                + "01 01 08 00 00 00 00 00 00 00 00 00 "
                                + "02 00 00 0A 31 32 33 34 35 36 37 20 20 20");
    }

    @Test
    void aDriveByVendorProductAndSerialNumber() {
        byte[] data = new ElementStatusData(false, true, true).encode(List.of(DRIVE), 0, 255);

        assertThat(hex(data))
                .endsWith(
                        "02 01 00 22 49 42 4D 20 20 20 20 20 "
                                + "55 4C 54 33 35 38 30 2D 54 44 39 20 20 20 20 20 "
                                + "31 32 33 34 35 36 37 20 20 20");
    }

    private static String hex(byte[] data) {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(data);
    }
}
