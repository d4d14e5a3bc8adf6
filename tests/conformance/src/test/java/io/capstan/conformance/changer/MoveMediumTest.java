package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.changer.EjectOutcome;
import io.capstan.changer.LoadOutcome;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MOVE MEDIUM: where cartridges go, and the sense data that the Linux ch driver and mtx tell apart. */
@Conformance(
        subject = "MOVE MEDIUM",
        standard = "SMC-3, MOVE MEDIUM command",
        clients = {"ch", "mtx", "btape"})
final class MoveMediumTest extends ChangerConformance {

    @Test
    void storageToStorage() {
        assertThat(move(1000, 1019)).isEqualTo("GOOD");

        assertThat(isFull(1000)).isFalse();
        assertThat(volumeIn(1019)).isEqualTo("CAP001L8");
    }

    @Test
    void storageToDriveToImportExportToStorage() {
        assertThat(move(1000, 500)).isEqualTo("GOOD");
        assertThat(volumeIn(500)).isEqualTo("CAP001L8");
        assertThat(move(500, 501)).isEqualTo("GOOD");
        assertThat(move(501, 10)).isEqualTo("GOOD");
        assertThat(move(10, 11)).isEqualTo("GOOD");
        assertThat(move(11, 1000)).isEqualTo("GOOD");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void theDefaultTransportAndTheOneThereIs() {
        assertThat(host.send("A5 00 0001 03E8 03EF 0000 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("A5 00 0002 03EF 03E8 0000 00 00").outcome()).isEqualTo("05/21/01");
        assertThat(host.send("A5 00 03E8 03EF 03E8 0000 00 00").outcome()).isEqualTo("05/21/01");
        assertThat(volumeIn(1007)).isEqualTo("CAP001L8");
    }

    @Test
    void destinationFull() {
        assertThat(move(1000, 1001)).isEqualTo("05/3B/0D");
        move(1000, 500);
        assertThat(move(1001, 500)).isEqualTo("05/3B/0D");
    }

    @Test
    void sourceEmpty() {
        assertThat(move(1007, 1008)).isEqualTo("05/3B/0E");
        assertThat(move(500, 1008)).isEqualTo("05/3B/0E");
        assertThat(move(1007, 1000)).as("before destination full").isEqualTo("05/3B/0E");
    }

    @Test
    void toItself() {
        assertThat(move(1000, 1000)).isEqualTo("05/3B/0D");
        assertThat(move(1007, 1007)).isEqualTo("05/3B/0E");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void invalidElementAddress() {
        assertThat(move(1000, 1020)).isEqualTo("05/21/01");
        assertThat(move(999, 1010)).isEqualTo("05/21/01");
        assertThat(move(0, 1010)).isEqualTo("05/21/01");
        assertThat(move(1000, 0xFFFF)).isEqualTo("05/21/01");
        assertThat(move(1000, 502)).isEqualTo("05/21/01");
    }

    @Test
    void theMediumTransportHoldsNothing() {
        assertThat(move(1000, 1)).isEqualTo("05/21/01");
        assertThat(move(1, 1010)).isEqualTo("05/21/01");
    }

    @Test
    void removalPreventedByTheDrivesHost() {
        move(1000, 500);
        drive(0).removalPrevented(true);

        assertThat(move(500, 1000)).isEqualTo("05/53/02");
        assertThat(volumeIn(500)).isEqualTo("CAP001L8");

        drive(0).removalPrevented(false);
        assertThat(move(500, 1000)).isEqualTo("GOOD");
    }

    @Test
    void aDriveThatDoesNotUnload() {
        move(1000, 500);
        drive(0).ejects(new EjectOutcome.Failed("stuck"));

        assertThat(move(500, 1000)).isEqualTo("04/53/01");
        assertThat(volumeIn(500)).isEqualTo("CAP001L8");
    }

    @Test
    void aDriveThatDoesNotLoad() {
        drive(0).loads(new LoadOutcome.Failed("no container"));

        assertThat(move(1000, 500)).isEqualTo("04/53/00");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
        assertThat(isFull(500)).isFalse();
    }

    @Test
    void aDriveThatIsBecomingReadyHasTheCartridge() {
        drive(0).loads(new LoadOutcome.BecomingReady());

        assertThat(move(1000, 500)).isEqualTo("GOOD");
        assertThat(flags(500)).as("FULL, no ACCESS").isEqualTo(0x01);
    }

    @Test
    void unloadingIsLeftToHostsWhereThePersonalitySaysSo(@TempDir Path elsewhere) {
        ChangerPersonality strict =
                ChangerPersonality.named("stk-l700").withUnloadByHostRequired(true);
        try (Bench other = new Bench(elsewhere, strict, 5, 1, 1)) {
            other.place("CAP001L8", 1000);
            other.host.clearUnitAttentions();
            assertThat(other.host.send("A5 00 0000 03E8 01F4 0000 00 00").isGood()).isTrue();

            String back = "A5 00 0000 01F4 03E8 0000 00 00";
            assertThat(other.host.send(back).outcome()).isEqualTo("05/3B/11");
            other.drives.getFirst().unloadedByHost();
            assertThat(other.host.send(back).outcome()).isEqualTo("GOOD");
        }
    }

    @Test
    void nothingCanBeInverted() {
        FakeReply reply = host.send("A5 00 0000 03E8 03EF 0000 01 00");

        assertThat(reply.outcome()).isEqualTo("05/24/00");
        assertThat(reply.sense().encode()).endsWith(0xC8, 0x00, 0x0A);
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    /** mtx eepos: the vendor-specific bits of CONTROL. They do not keep a cartridge from moving. */
    @Test
    void trayPositionIsAcceptedWithAMove() {
        assertThat(host.send("A5 00 0001 03E8 000A 0000 00 40").outcome()).isEqualTo("GOOD");
        assertThat(host.send("A5 00 0001 000A 03E8 0000 00 80").outcome()).isEqualTo("GOOD");
        assertThat(host.send("A5 00 0001 03E8 000A 0000 00 C0").outcome()).isEqualTo("05/24/00");
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void trayPositionOfAnImportExportElementAloneOpensAndCloses() {
        assertThat(host.send("A5 00 0001 000A 000A 0000 00 40").outcome()).isEqualTo("GOOD");
        assertThat(library.stationOpen()).isTrue();
        assertThat(host.send("A5 00 0001 000A 000A 0000 00 80").outcome()).isEqualTo("GOOD");
        assertThat(library.stationOpen()).isFalse();
    }

    @Test
    void anAcknowledgedMoveOutlivesTheProcess(@TempDir Path elsewhere) {
        ChangerPersonality l700 = ChangerPersonality.named("stk-l700");
        try (Bench before = new Bench(elsewhere, l700, 5, 1, 1)) {
            before.place("CAP001L8", 1000);
            before.host.clearUnitAttentions();
            assertThat(before.host.send("A5 00 0000 03E8 01F4 0000 00 00").isGood()).isTrue();
        }
        try (Bench after = new Bench(elsewhere, l700, 5, 1, 1)) {
            assertThat(after.host.receive("B8 14 01F4 0001 00 00FFFF 00 00", 255).u8(16 + 2))
                    .as("FULL, loaded again")
                    .isEqualTo(0x01);
        }
    }
}
