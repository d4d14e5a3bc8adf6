package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.EjectOutcome;
import io.capstan.drive.LoadOutcome;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cleaning cartridge: what hosts see, what is counted, and its end. */
@Conformance(subject = "cleaning cartridges", standard = "SSC-4, TapeAlert flags")
class CleaningCartridgeTest extends DriveConformance {

    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";

    private final CartridgeType type = CartridgeType.byName("CLEANING").orElseThrow();
    private SimpleTape cleaning = cartridge();

    CleaningCartridgeTest() {
        use(builder().build());
    }

    private SimpleTape cartridge() {
        return new SimpleTape(
                new VolumeIdentifier("CLN001CU"),
                type.describe(1_000_000, false, false),
                List.of(1_000_000L));
    }

    @Test
    void theDriveIsNotReadyWhileItIsThere() {
        assertThat(drive.load(cleaning).join()).isEqualTo(LoadOutcome.CLEANED);
        host.clearUnitAttentions();

        assertOutcome(host.send(TEST_UNIT_READY), "02/30/03");
        assertOutcome(write(1, 512), "02/30/03");
        assertOutcome(host.send("1B 00 00 00 01 00"), "02/30/03");
        assertGood(host.send("1B 00 00 00 00 00"));
        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Ejected.class);
        assertOutcome(host.send(TEST_UNIT_READY), "02/3A/00");
    }

    @Test
    void cleaningsAreCountedInTheDrive() {
        clean();
        clean();

        assertThat(host.receive("4D 00 54 00 00 00 01 00 FF 00", 255).u64(8)).isEqualTo(2);
    }

    @Test
    void afterFiftyItIsUsedUp() {
        for (int i = 0; i < 50; i++) {
            clean();
        }
        drive.load(cleaning).join();
        host.clearUnitAttentions();

        assertOutcome(host.send(TEST_UNIT_READY), "02/30/13");
        assertThat(host.receive("4D 00 52 00 00 00 00 00 40 00", 64).u64(8))
                .isEqualTo(1L << (64 - 22));
        assertThat(host.receive("4D 00 54 00 00 00 01 00 FF 00", 255).u64(8)).isEqualTo(50);
    }

    @Test
    void theNextCartridgeIsLoadedAsAlways() {
        clean();

        assertThat(drive.load(SimpleTape.blank("TST002L8", CAPACITY_BYTES)).join())
                .isEqualTo(LoadOutcome.LOADED);
        host.clearUnitAttentions();
        assertGood(write(1, 512));
    }

    private void clean() {
        assertThat(drive.load(cleaning).join()).isEqualTo(LoadOutcome.CLEANED);
        host.clearUnitAttentions();
        assertOutcome(host.send(TEST_UNIT_READY), "02/30/03");
        EjectOutcome.Ejected ejected = (EjectOutcome.Ejected) drive.eject().join();
        cleaning = (SimpleTape) ejected.medium();
    }
}
