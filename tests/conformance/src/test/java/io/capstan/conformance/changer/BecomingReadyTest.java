package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.Library;
import io.capstan.changer.MediumChanger;
import io.capstan.conformance.Conformance;
import io.capstan.conformance.transport.ChosenTransport;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.spc.CommandObserver;
import io.capstan.scsi.spc.UnitAttentions;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Until the library has loaded what is in its drives, the changer is there but not ready; clients wait for that sense. */
@Conformance(
        subject = "becoming ready",
        standard = "SPC-4, TEST UNIT READY command",
        clients = "ch")
final class BecomingReadyTest extends ChangerConformance {

    @Test
    void elementsAreOutOfReachUntilTheLibraryHasStarted() {
        move(1000, 500);
        FakeDrive drive = new FakeDrive(0);
        Library restarted =
                new Library(library.configuration(), bench.catalog, List.of(drive, drive(1)));
        LogicalUnitOwner owner = new LogicalUnitOwner();
        LogicalUnit changer =
                MediumChanger.logicalUnit(
                        restarted,
                        owner,
                        UnitAttentions.afterAdoption(),
                        InstantSource.fixed(Bench.NOW),
                        CommandObserver.NONE);
        ChosenTransport.owner(changer, owner);
        FakeInitiator early = new FakeInitiator(changer, "host0");

        assertThat(early.send("00 00 00 00 00 00").outcome()).isEqualTo("02/04/01");
        assertThat(early.receive("B8 00 0000 FFFF 00 00FFFF 00 00", 4096).outcome())
                .isEqualTo("02/04/01");
        assertThat(early.send("A5 00 0000 01F4 03E8 0000 00 00").outcome()).isEqualTo("02/04/01");
        assertThat(early.receive("12 00 00 00 24 00", 36).outcome()).isEqualTo("GOOD");
        assertThat(early.receive("1A 08 1D 00 FF 00", 255).outcome()).isEqualTo("GOOD");
        assertThat(early.receive("A3 0F 0000 0000 000000FF 00 00", 255).outcome())
                .isEqualTo("GOOD");

        restarted.start();

        assertThat(early.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(early.receive("B8 04 01F4 0001 00 00FFFF 00 00", 4096).u8(16 + 2))
                .as("full and loaded")
                .isEqualTo(0x01);
    }
}
