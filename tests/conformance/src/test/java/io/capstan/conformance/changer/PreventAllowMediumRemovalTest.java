package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.TransportRefusal;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;

/** PREVENT ALLOW MEDIUM REMOVAL: each host for itself, and no operator gets at a cartridge while one prevents. */
@Conformance(
        subject = "PREVENT ALLOW MEDIUM REMOVAL",
        standard = "SMC-3, PREVENT ALLOW MEDIUM REMOVAL command")
final class PreventAllowMediumRemovalTest extends ChangerConformance {

    private static final String PREVENT = "1E 00 00 00 01 00";
    private static final String ALLOW = "1E 00 00 00 00 00";

    @Test
    void theStationStaysClosed() {
        host.send(PREVENT);

        assertThat(host.send("1B 00 000A 00 00").outcome()).isEqualTo("05/53/02");

        host.send(ALLOW);
        assertThat(host.send("1B 00 000A 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void operatorsNeitherImportNorExport() {
        VolumeIdentifier volume = new VolumeIdentifier("CAP777L8");
        bench.create(volume, false);
        host.send(PREVENT);

        assertThat(library.importCartridge(volume, 10))
                .isEqualTo(new TransportRefusal.RemovalPrevented(10));
        assertThat(library.exportCartridge(1000))
                .isEqualTo(new TransportRefusal.RemovalPrevented(1000));

        host.send(ALLOW);
        assertThat(library.importCartridge(volume, 10))
                .isEqualTo(new InventoryOutcome.Changed(volume, 10));
    }

    @Test
    void hostsStillMoveCartridges() {
        host.send(PREVENT);

        assertThat(move(1000, 10)).isEqualTo("GOOD");
        assertThat(move(10, 500)).isEqualTo("GOOD");
        assertThat(move(500, 1000)).isEqualTo("GOOD");
    }

    @Test
    void eachHostAllowsForItself() {
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();
        host.send(PREVENT);
        other.send(PREVENT);

        host.send(ALLOW);
        assertThat(library.removalPrevented()).isTrue();
        assertThat(host.send("1B 00 000A 00 00").outcome()).isEqualTo("05/53/02");

        other.send(ALLOW);
        assertThat(library.removalPrevented()).isFalse();
    }

    @Test
    void lossOfTheNexusAndResetAllow() {
        host.send(PREVENT);
        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        assertThat(library.removalPrevented()).isFalse();

        host.clearUnitAttentions();
        host.send(PREVENT);
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        assertThat(library.removalPrevented()).isFalse();
    }

    @Test
    void persistentPreventionIsObsolete() {
        assertThat(host.send("1E 00 00 00 02 00").outcome()).isEqualTo("05/24/00");
        assertThat(host.send("1E 00 00 00 03 00").outcome()).isEqualTo("05/24/00");
        assertThat(library.removalPrevented()).isFalse();
    }
}
