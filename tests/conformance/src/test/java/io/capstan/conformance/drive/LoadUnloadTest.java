package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.LoadState;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** LOAD UNLOAD: what a host can do with the cartridge in the drive. */
@Conformance(
        subject = "LOAD UNLOAD",
        standard = "SSC-4, LOAD UNLOAD command",
        clients = {"st", "mt"})
class LoadUnloadTest extends DriveConformance {

    private static final String LOAD = "1B 00 00 00 01 00";
    private static final String UNLOAD = "1B 00 00 00 00 00";

    private LoadState state() {
        return drive.status().join().state();
    }

    @Test
    void unloadedMediumIsNotPresent() {
        write(1, 100);

        assertGood(host.send(UNLOAD));

        assertThat(state()).isEqualTo(LoadState.UNLOADED);
        assertSense(testUnitReady(), "70 00 02 00 00 00 00 0A 00 00 00 00 3A 00 00 00 00 00");
        assertOutcome(read(100), "02/3A/00");
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void loadBringsItBackAtItsBeginning() {
        write(1, 100);
        host.send(UNLOAD);

        assertGood(host.send(LOAD));

        assertThat(state()).isEqualTo(LoadState.LOADED);
        assertThat(objectNumber()).isZero();
        assertThat(read(100).data()).isEqualTo(block(1, 100));
    }

    @Test
    void otherInitiatorsAreToldOfTheLoad() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        host.send(UNLOAD);

        host.send(LOAD);

        assertGood(testUnitReady());
        assertOutcome(other.send("00 00 00 00 00 00"), "06/28/00");
        assertGood(other.send("00 00 00 00 00 00"));
    }

    @Test
    void loadOfALoadedMediumRewinds() {
        write(1, 100);

        assertGood(host.send(LOAD));

        assertThat(objectNumber()).isZero();
    }

    @Test
    void retensionAndImmediateChangeNothing() {
        write(1, 100);
        assertGood(host.send("1B 01 00 00 03 00"));
        assertThat(objectNumber()).isZero();
        assertGood(host.send("1B 01 00 00 02 00"));
        assertThat(state()).isEqualTo(LoadState.UNLOADED);
    }

    @Test
    void holdKeepsTheMediumWaitingForLoad() {
        assertGood(host.send("1B 00 00 00 08 00"));

        assertSense(testUnitReady(), "70 00 02 00 00 00 00 0A 00 00 00 00 04 02 00 00 00 00");
        assertGood(host.send(LOAD));
        assertGood(testUnitReady());
    }

    @Test
    void unloadOfAnUnloadedMediumHasNothingToDo() {
        host.send(UNLOAD);
        assertGood(host.send(UNLOAD));
        assertThat(state()).isEqualTo(LoadState.UNLOADED);
    }

    @Test
    void preventedRemovalRefusesUnloadButNotHold() {
        host.send("1E 00 00 00 01 00");

        assertSense(host.send(UNLOAD), "70 00 05 00 00 00 00 0A 00 00 00 00 53 02 00 00 00 00");
        assertThat(state()).isEqualTo(LoadState.LOADED);
        assertGood(host.send("1B 00 00 00 08 00"));
        assertGood(host.send(LOAD));
    }

    @Test
    void anEmptyDriveHasNothingToLoadOrUnload() {
        use(builder().build());
        host.clearUnitAttentions();

        assertOutcome(host.send(LOAD), "02/3A/00");
        assertOutcome(host.send(UNLOAD), "02/3A/00");
    }

    @Test
    void endOfTapeIsNoPlaceToUnload() {
        assertSense(
                host.send("1B 00 00 00 04 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CA 00 04");
    }
}
