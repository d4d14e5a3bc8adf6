package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.conformance.Conformance;
import io.capstan.drive.EjectOutcome;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.store.StoreException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that come to light after GOOD: told with response code 71h, once, by the command that finds out. */
@Conformance(subject = "deferred errors", standard = "SPC-4, Deferred errors")
class WriteDeferredErrorTest extends DriveConformance {

    private static final String DEFERRED_WRITE_ERROR =
            "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00";

    private static StoreException fault() {
        return new StoreException.WriteFailed("disk is gone", null);
    }

    private void writeThreeBlocksIntoTheBuffer() {
        assertGood(write(1, 512));
        assertGood(writeFilemarks(0));
        assertGood(write(2, 512));
        assertGood(write(3, 512));
    }

    static Stream<String> commandsThatMoveTheMedium() {
        return Stream.of(
                "01 00 00 00 00 00",
                "01 01 00 00 00 00",
                "11 00 FF FF FF 00",
                "11 01 00 00 01 00",
                "11 03 00 00 00 00",
                "91 00 00 00 FF FF FF FF FF FF FF FF 00 00 00 00",
                "2B 00 00 00 00 00 00 00 00 00",
                "92 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                "19 00 00 00 00 00",
                "1B 00 00 00 00 00",
                "1B 00 00 00 01 00");
    }

    @ParameterizedTest
    @MethodSource("commandsThatMoveTheMedium")
    void commandThatMovesTheMediumIsNotExecuted(String cdb) {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());

        FakeReply reply = host.send(cdb);

        assertSense(reply, DEFERRED_WRITE_ERROR);
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(tape.objects(0)).containsExactly(block(1, 512));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10 00 00 00 00 00", "10 00 00 00 01 00"})
    void commandThatLetsTheBufferGoSaysSo(String cdb) {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());

        assertSense(host.send(cdb), DEFERRED_WRITE_ERROR);
        assertThat(tape.objects(0)).containsExactly(block(1, 512));
    }

    @Test
    void nextWriteSaysSoAndIsNotExecuted() {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextAppend(fault());

        assertSense(write(4, 512), DEFERRED_WRITE_ERROR);
        assertThat(tape.objects(0)).containsExactly(block(1, 512));
    }

    @Test
    void isToldOnce() {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());
        assertSense(rewind(), DEFERRED_WRITE_ERROR);

        assertGood(testUnitReady());
        assertGood(rewind());
        assertGood(read(512));
    }

    @Test
    void bufferStaysWhereStorageIsFull() {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(new StoreException.NoSpace("full", null));

        assertSense(rewind(), "71 00 4D 00 00 00 00 0A 00 00 00 00 00 02 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(3);

        assertGood(rewind());
        assertThat(tape.objects(0)).containsExactly(block(1, 512), block(2, 512), block(3, 512));
    }

    @Test
    void failedEjectIsToldToTheNextCommandOfAnyHost() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());

        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Failed.class);

        assertSense(other.send("00 00 00 00 00 00"), DEFERRED_WRITE_ERROR);
        assertGood(testUnitReady());
        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Ejected.class);
    }

    @Test
    void resetDoesNotSwallowIt() {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());

        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);

        assertOutcome(testUnitReady(), "06/29/03");
        assertSense(testUnitReady(), DEFERRED_WRITE_ERROR);
        assertGood(testUnitReady());
    }

    @Test
    void requestSenseReturnsItAsData() {
        writeThreeBlocksIntoTheBuffer();
        tape.failNextSynchronize(fault());
        drive.eject().join();

        FakeReply reply = host.receive("03 00 00 00 12 00", 18);

        assertData(reply, DEFERRED_WRITE_ERROR);
        assertGood(testUnitReady());
    }

    /** D16: a drive lets go of disks that are to get empty, and hosts see nothing of it but what they would of a synchronize. */
    @Nested
    final class LeavingDisks {

        private void leave() {
            assertThat(drive.leaveDisks().join()).isNull();
        }

        @Test
        void whatIsInTheBufferIsOnTheMediumAndThePositionStays() {
            assertGood(write(1, 512));
            assertGood(write(2, 512));

            leave();

            assertThat(tape.hasUnsynchronizedObjects()).isFalse();
            assertThat(objectNumber()).isEqualTo(2);
            assertGood(write(3, 512));
            assertGood(rewind());
            assertThat(tape.objects(0))
                    .containsExactly(block(1, 512), block(2, 512), block(3, 512));
        }

        @Test
        void hostThatReadsReadsOn() {
            assertGood(write(1, 512));
            assertGood(write(2, 512));
            assertGood(rewind());
            assertThat(read(512).data()).isEqualTo(block(1, 512));

            leave();

            assertThat(read(512).data()).isEqualTo(block(2, 512));
        }

        @Test
        void driveWithNothingInItHasNothingToDo() {
            assertThat(drive.eject().join()).isNotNull();
            leave();
            use(builder().build());
            leave();
        }

        /** It is still the drive's until the changer takes it. */
        @Test
        void cartridgeThatIsUnloadedLetsGoToo() {
            assertGood(write(1, 512));
            assertGood(host.send("1B 00 00 00 00 00"));
            leave();
            assertGood(host.send("1B 00 00 00 01 00"));
            assertThat(read(512).data()).isEqualTo(block(1, 512));
        }

        @Test
        void whatIsLostIsADeferredErrorOnce() {
            assertGood(write(1, 512));
            assertGood(writeFilemarks(0));
            assertGood(write(2, 512));
            tape.failNextSynchronize(fault());

            leave();

            assertSense(testUnitReady(), DEFERRED_WRITE_ERROR);
            assertGood(testUnitReady());
            assertThat(objectNumber()).isEqualTo(1);
            assertThat(tape.objects(0)).containsExactly(block(1, 512));
        }

        @Test
        void fullStorageLosesNothingAndIsNoBusinessOfHosts() {
            assertGood(write(1, 512));
            tape.failNextSynchronize(new StoreException.NoSpace("full", null));

            assertThatThrownBy(() -> drive.leaveDisks().join())
                    .hasCauseInstanceOf(StoreException.NoSpace.class);

            assertGood(testUnitReady());
            assertGood(write(2, 512));
            leave();
            assertGood(rewind());
            assertThat(tape.objects(0)).containsExactly(block(1, 512), block(2, 512));
        }
    }
}
