package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log pages 2Eh and 12h, TapeAlert: the one clears when read, the other does not. */
@Conformance(
        subject = "log pages 12h, 2Eh",
        standard = "SSC-4, TapeAlert log pages",
        clients = {"sg3_utils", "Proxmox (replay)", "tapeinfo (replay)"})
class LogTapeAlertTest extends DriveConformance {

    private static final int READ_WARNING = 1;
    private static final int HARD_ERROR = 3;
    private static final int MEDIA = 4;
    private static final int READ_FAILURE = 5;
    private static final int LOADING_FAILURE = 55;

    @BeforeEach
    void failToRead() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);
    }

    private FakeReply page(int allocationLength) {
        return host.receive("4D 00 6E 00 00 00 00 %04X 00".formatted(allocationLength), 512);
    }

    private int flag(FakeReply page, int number) {
        return page.u8(4 + 5 * (number - 1) + 4);
    }

    @Test
    void hasSixtyFourFlagsOfOneByte() {
        FakeReply page = page(512);

        assertThat(page.data()).hasSize(4 + 64 * 5);
        assertThat(page.hex()).startsWith("AE 00 01 40 00 01 03 01 00 00 02 03 01 00");
        List<Integer> raised = List.of(HARD_ERROR, MEDIA, READ_FAILURE);
        for (int number = 1; number <= 64; number++) {
            assertThat(flag(page, number)).isEqualTo(raised.contains(number) ? 1 : 0);
        }
    }

    @Test
    void clearsWhenReadWhole() {
        page(512);

        assertThat(flag(page(512), READ_FAILURE)).isZero();
    }

    @Test
    void doesNotClearWhenOnlyTheHeaderWasRead() {
        page(4);

        assertThat(flag(page(512), READ_FAILURE)).isEqualTo(1);
    }

    @Test
    void tellsOfACartridgeThatCouldNotBeOpened() {
        page(512);

        drive.noteLoadFailure().join();

        assertThat(flag(page(512), LOADING_FAILURE)).isEqualTo(1);
    }

    @Test
    void warnsOfAReadThatOnlyAnotherCopyCouldGive() {
        page(512);
        write(1, 512);
        host.send("2B 00 00 00 00 00 01 00 00 00");
        tape.correctNextRead();

        assertThat(read(512).isGood()).isTrue();

        FakeReply alerts = page(512);
        assertThat(flag(alerts, READ_WARNING)).isEqualTo(1);
        assertThat(flag(alerts, READ_FAILURE)).isZero();
        FakeReply readErrors = host.receive("4D 00 43 00 00 00 00 00 FF 00", 255);
        assertThat(readErrors.u8(35)).as("total errors corrected").isEqualTo(1);
    }

    @Test
    void responsePageDoesNotClear() {
        String expected = "92 00 00 0C 00 00 03 08 38 00 00 00 00 00 00 00";
        assertData(host.receive("4D 00 52 00 00 00 00 00 FF 00", 255), expected);
        assertData(host.receive("4D 00 52 00 00 00 00 00 FF 00", 255), expected);
    }

    @Test
    void anotherCartridgeClears() {
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        assertThat(flag(page(512), READ_FAILURE)).isZero();
    }

    @Test
    void refusedWritesAndUnloadsAreFlagged() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001LY"),
                        new MediumDescription(0x8C, 0x5E, CAPACITY_BYTES, true, false),
                        List.of(CAPACITY_BYTES)));
        write(1, 512);
        rewind();
        write(2, 512);
        host.send("1E 00 00 00 01 00");
        host.send("1B 00 00 00 00 00");
        assertData(
                host.receive("4D 00 52 00 00 00 00 00 FF 00", 255),
                "92 00 00 0C 00 00 03 08 00 40 00 00 00 00 00 10");

        host.send("1E 00 00 00 00 00");
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, true),
                        List.of(CAPACITY_BYTES)));
        write(1, 512);
        assertData(
                host.receive("4D 00 52 00 00 00 00 00 FF 00", 255),
                "92 00 00 0C 00 00 03 08 00 80 00 00 00 00 00 00");
    }
}
