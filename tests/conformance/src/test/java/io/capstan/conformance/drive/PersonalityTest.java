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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every personality as hosts see it: names, densities, and what it does with every type of cartridge. */
@Conformance(subject = "personalities", standard = "SPC-4, Standard INQUIRY data")
class PersonalityTest extends DriveConformance {

    private static Stream<String> names() {
        return Personality.all().stream().map(Personality::name);
    }

    private void use(Personality personality) {
        use(TapeDrive.builder("lib0/drive0", personality, DriveIdentity.of("0007812345")).build());
        host.clearUnitAttentions();
    }

    private static SimpleTape cartridge(CartridgeType type) {
        return new SimpleTape(
                new VolumeIdentifier("TST001"),
                type.describe(CAPACITY_BYTES, false, false),
                List.of(CAPACITY_BYTES));
    }

    @ParameterizedTest
    @CsvSource({
        "ULT3580-TD5, IBM, ULT3580-TD5, 58",
        "ULT3580-TD9, IBM, ULT3580-TD9, 60",
        "ULT3580-HH8, IBM, ULT3580-HH8, 5E",
        "ULT3580-TDA, IBM, ULT3580-TDA, 62",
        "ULTRIUM-9, HPE, Ultrium 9-SCSI, 60",
        "TAPE, CAPSTAN, VIRTUAL TAPE, 60"
    })
    void tellsItsNameAndDensity(String name, String vendor, String product, String density) {
        use(Personality.byName(name).orElseThrow());

        FakeReply inquiry = host.receive("12 00 00 00 60 00", 96);
        assertThat(text(inquiry, 8, 8)).isEqualTo(vendor);
        assertThat(text(inquiry, 16, 16)).isEqualTo(product);
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(4))
                .isEqualTo(Integer.parseInt(density, 16));
    }

    @ParameterizedTest
    @MethodSource("names")
    void listsItsDensitiesByRisingCode(String name) {
        Personality personality = Personality.byName(name).orElseThrow();
        use(personality);
        List<CartridgeType> rising = new ArrayList<>(personality.readableCartridges());
        rising.sort(Comparator.comparingInt(CartridgeType::densityCode));

        FakeReply reply = host.receive("44 00 00 00 00 00 00 10 00 00", 4096);

        assertThat(reply.u16(0)).isEqualTo(2 + 52 * rising.size());
        for (int i = 0; i < rising.size(); i++) {
            CartridgeType type = rising.get(i);
            int at = 4 + 52 * i;
            boolean writes = personality.readWriteCartridges().contains(type);
            boolean own = type.equals(personality.ownCartridge());
            assertThat(reply.u8(at)).isEqualTo(type.densityCode());
            assertThat(reply.u8(at + 2)).isEqualTo((writes ? 0x80 : 0) | (own ? 0x20 : 0));
            assertThat(reply.u32(at + 12)).isEqualTo(type.nativeCapacityMegabytes());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void readsWritesAndRefusesByGeneration(String name) {
        Personality personality = Personality.byName(name).orElseThrow();
        for (CartridgeType type : CartridgeType.all()) {
            use(personality);
            LoadOutcome outcome = drive.load(cartridge(type)).join();
            host.clearUnitAttentions();

            if (personality.readWriteCartridges().contains(type)) {
                assertThat(outcome).isEqualTo(LoadOutcome.LOADED);
                assertGood(write(1, 512));
            } else if (personality.readOnlyCartridges().contains(type)) {
                assertThat(outcome).isEqualTo(LoadOutcome.LOADED);
                assertOutcome(write(1, 512), "07/30/05");
            } else if (type.isCleaning()) {
                assertThat(outcome).isEqualTo(LoadOutcome.CLEANED);
                assertOutcome(testUnitReady(), "02/30/03");
            } else {
                assertThat(outcome).isEqualTo(LoadOutcome.REFUSED);
                assertOutcome(testUnitReady(), "03/30/00");
            }
        }
    }

    @Test
    void anOlderCartridgeHasFewerPartitions() {
        use(Personality.byName("ULT3580-TD5").orElseThrow());
        drive.load(cartridge(CartridgeType.byName("LTO-5").orElseThrow())).join();
        host.clearUnitAttentions();
        assertThat(host.receive("1A 08 11 00 FF 00", 255).u8(6)).isEqualTo(1);

        assertGood(select(1));
        assertSense(select(2), "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 07");
    }

    @Test
    void theOldestCartridgesHaveOne() {
        use(Personality.byName("ULT3580-TD5").orElseThrow());
        drive.load(cartridge(CartridgeType.byName("LTO-4").orElseThrow())).join();
        host.clearUnitAttentions();
        assertThat(host.receive("1A 08 11 00 FF 00", 255).u8(6)).isZero();

        assertOutcome(select(1), "05/26/00");
    }

    private FakeReply select(int additionalPartitions) {
        byte[] page = host.receive("1A 08 11 00 FF 00", 255).data();
        page[0] = 0;
        page[2] = 0x10;
        page[7] = (byte) additionalPartitions;
        page[8] = (byte) ((page[8] & 0x1F) | 0x80);
        return host.send("15 10 00 00 %02X 00".formatted(page.length), page);
    }

    private static String text(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII).strip();
    }
}
