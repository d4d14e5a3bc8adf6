package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import io.capstan.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * READ END OF WRAP POSITION, by which backup software guesses where on tape an object is; as CERN's Tape Archive sends and reads
 * it (SCSI/Structures.hpp and DriveLTO of its tape server).
 */
@Conformance(
        subject = "READ END OF WRAP POSITION",
        standard = "vendor specific (IBM)",
        clients = "CERN Tape Archive (replay)")
class ReadEndOfWrapPositionTest extends DriveConformance {

    private static final String ALL = "A3 1F 45 02 00 00 00 00 10 00 00 00";

    /** 208 wraps of a million bytes each. */
    private void useWrapsOfAMillionBytes() {
        exchange(SimpleTape.blank("TST001L8", 208_000_000));
    }

    private void writeBlocks(int count, int lengthBytes) {
        for (int i = 0; i < count; i++) {
            assertGood(write(i, lengthBytes));
        }
    }

    @Test
    void aBlankMediumHasNoneThatHoldsAnything() {
        assertData(host.receive(ALL, 4096), "00 02 00 00");
        assertSense(
                host.receive("A3 1F 45 00 00 00 00 00 10 00 00 00", 4096),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 04");
    }

    @Test
    void tellsTheLastObjectOfEachWrap() {
        useWrapsOfAMillionBytes();
        writeBlocks(25, 100_000);

        assertData(
                host.receive(ALL, 4096),
                "00 26 00 00"
                        + " 00 00 00 00 00 00 00 00 00 00 00 09"
                        + " 00 01 00 00 00 00 00 00 00 00 00 13"
                        + " 00 02 00 00 00 00 00 00 00 00 00 18");
    }

    @Test
    void aBlockOverTheEndOfAWrapIsItsLast() {
        useWrapsOfAMillionBytes();
        writeBlocks(5, 300_000);
        writeFilemarks(1);

        FakeReply all = host.receive(ALL, 4096);
        assertThat(all.u16(0)).isEqualTo(2 + 2 * 12);
        assertThat(all.u32(4 + 8)).isEqualTo(3);
        assertThat(all.u32(16 + 8)).as("the filemark is the last object there is").isEqualTo(5);
    }

    @Test
    void tellsOneWrapWithoutItsNumber() {
        useWrapsOfAMillionBytes();
        writeBlocks(25, 100_000);

        assertData(
                host.receive("A3 1F 45 01 00 01 00 00 10 00 00 00", 4096),
                "00 08 00 00 00 00 00 00 00 13");
        assertData(
                host.receive("A3 1F 45 00 00 00 00 00 10 00 00 00", 4096),
                "00 08 00 00 00 00 00 00 00 09");
        assertOutcome(host.receive("A3 1F 45 01 00 03 00 00 10 00 00 00", 4096), "05/24/00");
    }

    @Test
    void partitionsHaveWrapsInProportion() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, 208_000_000, false, false),
                        List.of(2_000_000L, 206_000_000L)));
        writeBlocks(1, 100);
        assertGood(host.send("2B 02 00 00 00 00 00 00 01 00"));
        writeBlocks(15, 100_000);

        assertData(
                host.receive(ALL, 4096),
                "00 26 00 00"
                        + " 00 00 00 00 00 00 00 00 00 00 00 00"
                        + " 00 02 00 01 00 00 00 00 00 00 00 09"
                        + " 00 03 00 01 00 00 00 00 00 00 00 0E");
    }

    @Test
    void putsTheBufferOnTheMediumFirst() {
        write(1, 512);
        assertGood(host.receive(ALL, 4096));
        assertThat(tape.unsynchronizedObjects()).isZero();

        write(2, 512);
        tape.failNextSynchronize(new StoreException.WriteFailed("disk is gone", null));
        assertSense(
                host.receive(ALL, 4096), "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
    }

    @Test
    void doesNotMoveTheMedium() {
        writeBlocks(3, 1000);
        locate(1);
        host.receive(ALL, 4096);
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void refusesWhatContradictsItself() {
        assertOutcome(host.receive("A3 1F 45 03 00 00 00 00 10 00 00 00", 4096), "05/24/00");
        assertOutcome(host.receive("A3 1F 45 02 00 01 00 00 10 00 00 00", 4096), "05/24/00");
        assertOutcome(host.receive("A3 1F 44 02 00 00 00 00 10 00 00 00", 4096), "05/24/00");
        drive.eject().join();
        assertOutcome(host.receive(ALL, 4096), "02/3A/00");
    }
}
