package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.spc.UnitAttentions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unit attention conditions of the changer: to every host, once. */
@Conformance(
        subject = "unit attention conditions",
        standard = "SAM-5, Unit attention conditions; SMC-3, Import/export elements",
        clients = {"ch", "mtx"})
final class UnitAttentionTest extends ChangerConformance {

    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";

    @Test
    void powerOn(@TempDir Path elsewhere) {
        UnitAttentions powerOn =
                UnitAttentions.afterPowerOn(
                        AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
        try (Bench fresh =
                new Bench(elsewhere, ChangerPersonality.named("stk-l700"), 5, 1, 1, powerOn)) {
            assertThat(fresh.host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/29/00");
            assertThat(fresh.host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        }
    }

    @Test
    void everyHostLearnsOfAnImportOnce() {
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();

        bench.place("CAP100L8", 10);

        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/28/01");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        assertThat(other.receive("B8 00 0000 FFFF 00 00FFFF 00 00", 100).outcome())
                .isEqualTo("06/28/01");
        assertThat(other.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
    }

    @Test
    void anExportIsAnAccessToo() {
        move(1000, 10);
        library.exportCartridge(10);

        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/28/01");
    }

    @Test
    void changesInStorageMayHaveChangedTheMedium() {
        bench.place("CAP100L8", 1015);
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/28/00");

        library.moveByOperator(1000, 1016);
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/28/00");
    }

    @Test
    void refusedOperationsRaiseNothing() {
        library.importCartridge(new VolumeIdentifier("NOSUCH"), 10);
        library.exportCartridge(10);
        library.moveByOperator(1015, 10);

        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
    }

    @Test
    void hostsOwnMovesRaiseNothing() {
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();
        move(1000, 10);

        assertThat(other.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
    }

    @Test
    void inquiryAndRequestSenseAreNotHeldUp() {
        bench.place("CAP100L8", 10);

        assertThat(host.receive("12 00 00 00 24 00", 36).isGood()).isTrue();
        assertThat(host.receive("03 00 00 00 12 00", 18).hex())
                .isEqualTo("70 00 06 00 00 00 00 0A 00 00 00 00 28 01 00 00 00 00");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
    }
}
