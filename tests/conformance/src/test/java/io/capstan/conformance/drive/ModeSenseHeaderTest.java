package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.CartridgeType;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MODE SENSE(6) and (10): header and block descriptor, which is what tape drivers read at open. */
@Conformance(
        subject = "MODE SENSE, header",
        standard = "SSC-4, Mode parameters",
        clients = {"st", "mt", "sg3_utils"})
class ModeSenseHeaderTest extends DriveConformance {

    @Test
    void sixByteHeaderWithMediumTypeBufferedModeAndDensity() {
        assertData(host.receive("1A 00 00 00 0C 00", 12), "0B 88 10 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void tenByteHeader() {
        assertData(
                host.receive("5A 00 00 00 00 00 00 00 10 00", 16),
                "00 0E 88 10 00 00 00 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void withoutBlockDescriptor() {
        assertData(host.receive("1A 08 00 00 0C 00", 12), "03 88 10 00");
    }

    @Test
    void blockLengthIsSeenOnceSet() {
        setBlockLength(65_536);

        assertData(host.receive("1A 00 00 00 0C 00", 12), "0B 88 10 08 5E 00 00 00 00 01 00 00");
    }

    @Test
    void defaultBlockDescriptorIsVariable() {
        setBlockLength(65_536);

        assertData(host.receive("1A 00 80 00 0C 00", 12), "0B 88 10 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void changeableBlockDescriptorIsDensityAndLength() {
        assertData(host.receive("1A 00 40 00 0C 00", 12), "0B 88 10 08 FF 00 00 00 00 FF FF FF");
    }

    @Test
    void withoutMediumTheTypeIsZeroAndTheDensityTheDrivesOwn() {
        drive.eject().join();

        assertData(host.receive("1A 00 00 00 0C 00", 12), "0B 00 10 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void allPagesInOrder() {
        byte[] data = host.receive("5A 08 3F FF 00 00 00 02 00 00", 512).data();

        StringBuilder codes = new StringBuilder();
        int at = 8;
        while (at < data.length) {
            boolean subpage = (data[at] & 0x40) != 0;
            int lengthBytes =
                    subpage
                            ? ((data[at + 2] & 0xFF) << 8) | (data[at + 3] & 0xFF)
                            : data[at + 1] & 0xFF;
            codes.append("%02X".formatted(data[at] & 0x3F))
                    .append(subpage ? "/%02X".formatted(data[at + 1]) : "")
                    .append(':')
                    .append(lengthBytes)
                    .append(' ');
            at += (subpage ? 4 : 2) + lengthBytes;
        }
        assertThat(codes.toString().strip())
                .isEqualTo(
                        "01:10 02:14 0A:10 0A/01:28 0A/F0:28 0F:14 10:14 10/01:28 11:14 18:6 19:6"
                                + " 1A:38 1C:10 1D:30");
        assertThat(at).isEqualTo(data.length);
    }

    @Test
    void refusesPagesThatAreNotThere() {
        assertSense(
                host.receive("1A 00 3E 00 FF 00", 255),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CD 00 02");
        assertSense(
                host.receive("1A 00 10 05 FF 00", 255),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 03");
    }

    @Test
    void mediumTypeFollowsTheCartridge() {
        exchange(
                new SimpleTape(
                        tape.volumeIdentifier(),
                        CartridgeType.byName("LTO-7")
                                .orElseThrow()
                                .describe(CAPACITY_BYTES, false, false),
                        List.of(CAPACITY_BYTES)));

        assertData(host.receive("1A 00 00 00 0C 00", 12), "0B 78 10 08 5C 00 00 00 00 00 00 00");
    }
}
