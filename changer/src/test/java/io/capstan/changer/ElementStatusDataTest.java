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
                    Optional.of(new DriveIdentity("IBM", "ULT3580-TD9", "1234567")),
                    Optional.empty());

    /** V15: two elements that are one have the same designator; one without has zeros, so that all are of one length. */
    @Test
    void anElementThatLeadsToAnotherLibraryIsKnownByItsLink() {
        ElementStatus linked = importExport(0x0A, Optional.of("LINK A"));
        ElementStatus unlinked = importExport(0x0B, Optional.empty());
        byte[] data =
                new ElementStatusData(false, true, false).encode(List.of(linked, unlinked), 0, 255);

        assertThat(hex(data))
                .isEqualTo(
                        "00 0A 00 02 00 00 00 44 03 00 00 1E 00 00 00 3C "
                                + "00 0A 38 00 00 00 00 00 00 00 00 00 "
                                + "02 01 00 0E 43 41 50 53 54 41 4E 20 4C 49 4E 4B 20 41 "
                                + "00 0B 38 00 00 00 00 00 00 00 00 00 "
                                + "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    }

    private static ElementStatus importExport(int address, Optional<String> identifier) {
        return new ElementStatus(
                address,
                ElementType.IMPORT_EXPORT,
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                identifier);
    }

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
