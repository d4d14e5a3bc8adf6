package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveCounter;
import io.capstan.drive.DriveStatus;
import io.capstan.drive.EjectOutcome;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.LoadState;
import io.capstan.drive.TapeDrive;
import io.capstan.medium.MediumPosition;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.LogicalUnitOwner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drive as the changer and the operator see it. */
@Conformance(
        subject = "data transfer element",
        standard = "SMC-3, Data transfer elements",
        clients = "mtx")
class DataTransferElementTest extends DriveConformance {

    @Test
    void ejectGivesTheCartridgeBackSynchronized() {
        write(1, 512);

        EjectOutcome outcome = drive.eject().join();

        assertThat(outcome).isEqualTo(new EjectOutcome.Ejected(tape));
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Empty());
    }

    @Test
    void ejectTakesWhatAHostUnloaded() {
        host.send("1B 00 00 00 00 00");

        assertThat(drive.eject().join()).isEqualTo(new EjectOutcome.Ejected(tape));
    }

    @Test
    void loadRewindsAndTellsEveryHost() {
        write(1, 512);
        drive.eject().join();
        SimpleTape other = SimpleTape.blank("TST002L8", CAPACITY_BYTES);

        assertThat(drive.load(other).join()).isEqualTo(LoadOutcome.LOADED);

        assertOutcome(testUnitReady(), "06/28/00");
        assertThat(objectNumber()).isZero();
    }

    @Test
    void statusTellsEverything() {
        write(1, 512);
        writeFilemarks(1);
        setBlockLength(1024);
        host.send("1E 00 00 00 01 00");
        read(100);

        DriveStatus status = drive.status().join();

        assertThat(status.name()).isEqualTo("lib0/drive0");
        assertThat(status.personality()).isEqualTo("ULT3580-TD8");
        assertThat(status.serialNumber()).isEqualTo("0007812345");
        assertThat(status.state()).isEqualTo(LoadState.LOADED);
        assertThat(status.volumeIdentifier()).contains(tape.volumeIdentifier());
        assertThat(status.position()).contains(new MediumPosition(0, 2, 1));
        assertThat(status.remainingBytes()).isEqualTo(CAPACITY_BYTES - 512);
        assertThat(status.writeProtected()).isFalse();
        assertThat(status.blockLengthBytes()).isEqualTo(1024);
        assertThat(status.removalPrevented()).isTrue();
        assertThat(status.lastSense().orElseThrow().additionalSense().qualifier()).isEqualTo(5);
        assertThat(status.counters())
                .containsEntry(DriveCounter.BLOCKS_WRITTEN, 1L)
                .containsEntry(DriveCounter.BYTES_WRITTEN, 512L)
                .containsEntry(DriveCounter.FILEMARKS_WRITTEN, 1L)
                .containsEntry(DriveCounter.LOADS, 1L);
    }

    @Test
    void statusOfAnEmptyDrive() {
        drive.eject().join();

        DriveStatus status = drive.status().join();

        assertThat(status.state()).isEqualTo(LoadState.EMPTY);
        assertThat(status.volumeIdentifier()).isEqualTo(Optional.empty());
        assertThat(status.position()).isEqualTo(Optional.empty());
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void otherThreadsAreServedByTheOwner() throws Exception {
        LogicalUnitOwner owner = new LogicalUnitOwner();
        TapeDrive shared = builder().owner(owner).build();
        AtomicReference<CompletableFuture<LoadOutcome>> sent = new AtomicReference<>();
        Thread changer = new Thread(() -> sent.set(shared.load(tape("TST003L8"))));
        changer.start();
        changer.join();

        CompletableFuture<LoadOutcome> outcome = sent.get();
        assertThat(outcome).isNotDone();
        owner.runPending();

        assertThat(outcome).isCompletedWithValue(LoadOutcome.LOADED);
    }

    @Test
    void withoutOwnerNothingIsSent() {
        LogicalUnitOwner owner = new LogicalUnitOwner();
        TapeDrive abandoned = builder().owner(owner).build();
        owner.releaseOwnership();

        assertThatThrownBy(abandoned::status).isInstanceOf(RejectedExecutionException.class);
    }

    private static SimpleTape tape(String label) {
        return SimpleTape.blank(label, CAPACITY_BYTES);
    }
}
