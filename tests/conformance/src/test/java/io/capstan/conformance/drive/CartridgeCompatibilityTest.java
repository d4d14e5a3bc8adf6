package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.EjectOutcome;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.LoadState;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cartridges a drive takes, and what becomes of the others. */
@Conformance(
        subject = "media types",
        standard = "SSC-4, Medium type and density code",
        clients = "mtx")
class CartridgeCompatibilityTest extends DriveConformance {

    private static SimpleTape cartridge(String type) {
        return cartridge(
                CartridgeType.byName(type).orElseThrow().describe(CAPACITY_BYTES, false, false));
    }

    private static SimpleTape cartridge(MediumDescription description) {
        return new SimpleTape(new VolumeIdentifier("TST001"), description, List.of(CAPACITY_BYTES));
    }

    @ParameterizedTest
    @CsvSource({
        "ULT3580-TD8, LTO-8, 88, 5E",
        "ULT3580-TD8, M8,    78, 5D",
        "ULT3580-TD8, LTO-7, 78, 5C",
        "ULT3580-TD9, LTO-9, 98, 60",
        "ULT3580-TD9, LTO-8, 88, 5E"
    })
    void readsAndWrites(String personality, String type, String mediumType, String density) {
        use(builder(personality).build(), cartridge(type));

        assertGood(write(1, 512));
        assertGood(rewind());
        assertThat(read(512).data()).isEqualTo(block(1, 512));
        assertThat(host.receive("1A 00 00 00 0C 00", 12).hex())
                .startsWith("0B " + mediumType + " 10 08 " + density);
    }

    @ParameterizedTest
    @CsvSource({"ULT3580-TD8, LTO-9", "ULT3580-TD9, LTO-7", "ULT3580-TD9, M8"})
    void refusesOtherGenerations(String personality, String type) {
        use(builder(personality).build());
        host.clearUnitAttentions();
        SimpleTape cartridge = cartridge(type);

        assertThat(drive.load(cartridge).join()).isEqualTo(LoadOutcome.REFUSED);

        assertOutcome(testUnitReady(), "06/28/00");
        assertSense(testUnitReady(), "70 00 03 00 00 00 00 0A 00 00 00 00 30 00 00 00 00 00");
        assertOutcome(read(512), "03/30/00");
        assertOutcome(write(1, 512), "03/30/00");
        assertOutcome(host.send("1B 00 00 00 01 00"), "03/30/00");
        assertThat(drive.status().join().state()).isEqualTo(LoadState.REFUSED);
        assertThat(drive.status().join().tapeAlerts()).isEqualTo(1L << (64 - 12));
        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Ejected(cartridge));
        assertThat(cartridge.objects(0)).isEmpty();
    }

    @Test
    void refusesDensitiesNobodyKnows() {
        use(builder().build());

        assertThat(
                        drive.load(
                                        cartridge(
                                                new MediumDescription(
                                                        0x01, 0x42, CAPACITY_BYTES, false, false)))
                                .join())
                .isEqualTo(LoadOutcome.REFUSED);
    }

    @Test
    void aGenerationThatIsOnlyReadIsWriteProtected() throws IOException {
        Personality reader =
                Personality.read(
                        "reader.properties",
                        new StringReader(
                                """
                                name = READER
                                vendor-identification = ACME
                                product-identification = READER
                                product-revision = 0001
                                version-descriptors = 0460
                                read-write-cartridges = LTO-9
                                read-only-cartridges = LTO-8
                                cleaning-cartridges = CLEANING
                                early-warning-megabytes = 1
                                compression-algorithm = FF
                                timeout-seconds.default = 60
                                """));
        use(TapeDrive.builder("reader", reader, DriveIdentity.of("0007812345")).build(), tape);

        assertSense(write(1, 512), "70 00 07 00 00 00 00 0A 00 00 00 00 30 05 00 00 00 00");
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2)).isEqualTo(0x90);
        assertThat(host.receive("44 01 00 00 00 00 00 04 00 00", 1024).u8(6)).isZero();
    }

    @Test
    void anOccupiedDriveTakesNoOther() {
        assertThat(drive.load(cartridge("LTO-8")).join()).isEqualTo(LoadOutcome.OCCUPIED);
        assertGood(testUnitReady());
    }
}
