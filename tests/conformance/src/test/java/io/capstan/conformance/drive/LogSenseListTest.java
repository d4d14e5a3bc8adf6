package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** LOG SENSE: the list of pages, and every page of it. */
@Conformance(
        subject = "LOG SENSE, list of pages",
        standard = "SPC-4, LOG SENSE command",
        clients = "sg3_utils")
class LogSenseListTest extends DriveConformance {

    @Test
    void listsThePages() {
        assertData(
                host.receive("4D 00 40 00 00 00 00 01 00 00", 256),
                "80 00 00 17 00 02 03 06 0C 0D 10 11 12 14 16 17 1A 1B 2E 30 31 32 33 34 37 38 3D");
    }

    @Test
    void everyPageOfTheListIsThereWithAndWithoutMedium() {
        checkAllPages();
        drive.eject().join();
        checkAllPages();
    }

    private void checkAllPages() {
        byte[] list = host.receive("4D 00 40 00 00 00 00 01 00 00", 256).data();
        for (int i = 5; i < list.length; i++) {
            FakeReply page =
                    host.receive("4D 00 %02X 00 00 00 00 10 00 00".formatted(0x40 | list[i]), 4096);
            assertGood(page);
            assertThat(page.u8(0)).isEqualTo(0x80 | list[i]);
            assertThat(page.u16(2)).isEqualTo(page.data().length - 4);
            assertThat(walk(page)).isEqualTo(page.data().length);
        }
    }

    private static int walk(FakeReply page) {
        int at = 4;
        int latest = -1;
        while (at < page.data().length) {
            assertThat(page.u16(at)).isGreaterThan(latest);
            latest = page.u16(at);
            at += 4 + page.u8(at + 3);
        }
        return at;
    }

    @Test
    void refusesPagesThatAreNotThere() {
        assertSense(
                host.receive("4D 00 7E 00 00 00 00 01 00 00", 256),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CD 00 02");
    }
}
