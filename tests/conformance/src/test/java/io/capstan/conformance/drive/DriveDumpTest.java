package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The dump that SEND DIAGNOSTIC forces and READ BUFFER reads, with the commands LTFS sends for it. */
@Conformance(
        subject = "READ BUFFER, forced dump",
        standard = "SPC-4, READ BUFFER(10) command",
        clients = "LTFS (replay)")
class DriveDumpTest extends DriveConformance {

    private static final String FORCE = "1D 10 00 00 08 00";
    private static final String FORCE_LIST = "80 00 00 04 01 60 00 00";

    private int capacityBytes() {
        return host.receive("3C 03 01 00 00 00 00 00 04 00", 4).u24(1);
    }

    /** As LTFS does: the capacity, then data in pieces. */
    private String dump(int pieceBytes) {
        StringBuilder dump = new StringBuilder();
        int capacityBytes = capacityBytes();
        for (int at = 0; at < capacityBytes; at += pieceBytes) {
            int lengthBytes = Math.min(pieceBytes, capacityBytes - at);
            FakeReply piece =
                    host.receive(
                            "3C 02 01 " + u24(at) + " " + u24(lengthBytes) + " 00", lengthBytes);
            assertGood(piece);
            assertThat(piece.data()).hasSize(lengthBytes);
            dump.append(new String(piece.data(), StandardCharsets.US_ASCII));
        }
        return dump.toString();
    }

    @Test
    void tellsOfDriveCartridgeCountersAndFaults() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);
        assertGood(host.send(FORCE, FORCE_LIST));

        assertThat(dump(64))
                .contains("drive lib0/drive0\n")
                .contains("personality ULT3580-TD8\n")
                .contains("volume TST001L8\n")
                .contains("object 1\n")
                .contains("counter UNRECOVERED_READ_ERRORS 1\n")
                .contains("fault 2026-03-01T12:00:00Z 08/00: MEDIUM_ERROR 11/00 TST001L8\n");
    }

    @Test
    void isTakenWhenItIsForced() {
        String before = dump(4096);
        write(1, 512);
        assertThat(dump(4096)).isEqualTo(before);

        assertGood(host.send(FORCE, FORCE_LIST));

        assertThat(dump(4096)).contains("counter BLOCKS_WRITTEN 1\n");
    }

    @Test
    void isThereWithoutACartridge() {
        drive.eject().join();

        assertThat(dump(4096)).contains("state EMPTY\n");
    }

    @Test
    void cannotBeWritten() {
        capacityBytes();

        assertSense(
                host.send("3B 02 01 00 00 00 00 00 01 00", "00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 02");
    }
}
