package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeSavedParameters;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mode pages 10h and 10h/01h, device configuration. */
@Conformance(
        subject = "mode pages 10h, 10h/01h",
        standard = "SSC-4, Device Configuration mode pages",
        clients = {"sg3_utils", "LTFS (replay)"})
class ModePageDeviceConfigurationTest extends DriveConformance {

    @Test
    void defaults() {
        assertData(
                host.receive("1A 08 10 00 FF 00", 255),
                "13 88 10 00 10 0E 00 00 00 00 00 00 40 00 18 00 00 00 01 00");
        assertData(
                host.receive("1A 08 10 01 FF 00", 255),
                "23 88 10 00 50 01 00 1C" + " 00".repeat(28));
    }

    @Test
    void tellsTheActivePartition() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, false),
                        List.of(CAPACITY_BYTES / 2, CAPACITY_BYTES / 2)));
        host.send("2B 02 00 00 00 00 00 00 01 00");

        assertThat(host.receive("1A 08 10 00 FF 00", 255).u8(7)).isEqualTo(1);
    }

    @Test
    void programmableEarlyWarningCanBeSetAndSaved() {
        FakeSavedParameters saved = new FakeSavedParameters();
        use(builder().savedParameters(saved).build());
        host.clearUnitAttentions();
        String page = "50 01 00 1C 00 00 00 03" + " 00".repeat(24);
        assertGood(host.send("55 11 00 00 00 00 00 00 28 00", "00 00 00 10 00 00 00 00" + page));

        use(builder().savedParameters(saved).build(), SimpleTape.blank("TST002L8", 8_000_000));

        assertThat(host.receive("1A 08 10 01 FF 00", 255).u16(10)).isEqualTo(3);
        assertGood(write(1, 2_000_000));
        assertOutcome(write(2, 1_500_000), "00/00/07");
    }

    @Test
    void knowsAppendOnlyModeAndNoOther() {
        String head = "00 00 00 10 00 00 00 00";
        String appendOnly = "50 01 00 1C 00 10 00 00" + " 00".repeat(24);
        String reserved = "50 01 00 1C 00 20 00 00" + " 00".repeat(24);

        assertGood(host.send("55 10 00 00 00 00 00 00 28 00", head + appendOnly));
        assertSense(
                host.send("55 10 00 00 00 00 00 00 28 00", head + reserved),
                "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 0D");
        assertThat(host.receive("1A 08 10 01 FF 00", 255).u8(9)).isEqualTo(0x10);
    }
}
