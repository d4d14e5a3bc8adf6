package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.SimpleTape;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a drive does with data is in its personality; here is one that only reads and writes. */
@Conformance(
        subject = "data functions of a personality",
        standard = "SSC-4, Data compression, Data encryption, Logical block protection, WORM mode")
class DataFunctionsTest extends DriveConformance {

    DataFunctionsTest() throws IOException {
        use(drive(""), SimpleTape.blank("TST002L8", CAPACITY_BYTES));
    }

    private static TapeDrive drive(String functions) throws IOException {
        Personality personality =
                Personality.read(
                        "plain.properties",
                        new StringReader(
                                "like = ULT3580-TD9\nread-write-cartridges = LTO-8\nfunctions = "
                                        + functions));
        return TapeDrive.builder("plain", personality, DriveIdentity.of("0007812345")).build();
    }

    @Test
    void withoutEncryptionItHasNoSecurityProtocols() throws IOException {
        assertOutcome(host.receive("A2 20 00 10 00 00 00 00 20 00 00 00", 8192), "05/20/00");
        assertOutcome(host.send("B5 20 00 10 00 00 00 00 00 00 00 00"), "05/20/00");

        use(drive("encryption"));
        host.clearUnitAttentions();
        assertGood(host.receive("A2 20 00 10 00 00 00 00 20 00 00 00", 8192));
    }

    @Test
    void withoutCompressionItHasNothingToSwitchOn() {
        assertData(host.receive("1A 08 0F 00 FF 00", 255), "13 88 10 00 0F 0E" + " 00".repeat(14));
        assertData(host.receive("1A 08 4F 00 FF 00", 255), "13 88 10 00 0F 0E" + " 00".repeat(14));
        assertThat(host.receive("1A 08 10 00 FF 00", 255).u8(4 + 2 + 12)).isZero();
        assertOutcome(
                host.send(
                        "15 10 00 00 14 00",
                        "00 00 10 00 0F 0E 80 80 00 00 00 00 00 00 00 00 00 00 00 00"),
                "05/26/00");
        byte[] zeros = new byte[100_000];
        assertGood(host.send("0A 00 01 86 A0 00", zeros));
        assertThat(tape.usedBytes(0)).isEqualTo(100_000);
    }

    @Test
    void withoutLogicalBlockProtectionNothingSpeaksOfIt() {
        assertOutcome(host.receive("5A 08 0A F0 00 00 00 00 40 00", 64), "05/24/00");
        assertThat(host.receive("12 00 00 00 60 00", 96).u8(5) & 0x01).as("PROTECT").isZero();
        assertThat(host.receive("12 01 86 00 FF 00", 255).u8(4)).as("SPT").isZero();
        assertOutcome(host.receive("12 01 B5 00 FF 00", 255), "05/24/00");
        assertData(host.receive("12 01 87 00 FF 00", 255), "01 87 00 04 3F FF 00 00");
    }

    @Test
    void withoutWormItTakesNoSuchCartridges() {
        FakeReply capabilities = host.receive("12 01 B0 00 FF 00", 255);
        assertThat(capabilities.u8(4)).isZero();
        drive.eject().join();
        SimpleTape worm =
                new SimpleTape(
                        new VolumeIdentifier("TST003LY"),
                        CartridgeType.byName("LTO-8")
                                .orElseThrow()
                                .describe(CAPACITY_BYTES, true, false),
                        List.of(CAPACITY_BYTES));

        assertThat(drive.load(worm).join()).isEqualTo(LoadOutcome.REFUSED);
        host.clearUnitAttentions();
        assertOutcome(testUnitReady(), "03/30/00");
    }

    @Test
    void builtInDrivesHaveWhatTheirModelsHave() {
        for (Personality personality : Personality.all()) {
            use(TapeDrive.builder("d", personality, DriveIdentity.of("0007812345")).build());
            host.clearUnitAttentions();
            assertGood(host.receive("A2 00 00 00 00 00 00 00 20 00 00 00", 8192));
            assertGood(host.receive("5A 08 0A F0 00 00 00 00 40 00", 64));
            assertThat(host.receive("12 01 B0 00 FF 00", 255).u8(4))
                    .as(personality.name())
                    .isEqualTo(1);
        }
    }
}
