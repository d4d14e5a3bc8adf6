package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** ALLOW OVERWRITE and append-only mode, WRITE MODE of mode page 10h/01h. */
@Conformance(
        subject = "ALLOW OVERWRITE, append-only mode",
        standard = "SSC-4, ALLOW OVERWRITE command")
class AllowOverwriteTest extends DriveConformance {

    private static final String OVERWRITE_ATTEMPTED = "07/30/0C";

    private void appendOnly(boolean on) {
        String page = "50 01 00 1C 00 " + (on ? "10" : "00") + " 00 00" + " 00".repeat(24);
        assertGood(host.send("55 10 00 00 00 00 00 00 28 00", "00 00 00 10 00 00 00 00" + page));
    }

    private FakeReply allowOverwrite(int extent, int partition, long objectNumber) {
        return host.send(
                "82 00 %02X %02X %016X 00 00 00 00".formatted(extent, partition, objectNumber));
    }

    private FakeReply erase() {
        return host.send("19 00 00 00 00 00");
    }

    private FakeReply formatMedium() {
        return host.send("04 00 00 00 00 00");
    }

    private void writeSomeInAppendOnlyMode() {
        appendOnly(true);
        write(1, 100);
        write(2, 100);
        write(3, 100);
        writeFilemarks(2);
    }

    @Test
    void appendsAtEndOfData() {
        writeSomeInAppendOnlyMode();
        assertGood(write(4, 100));
        assertThat(tape.endOfData(0)).isEqualTo(6);
    }

    @Test
    void overwritesNothingElse() {
        writeSomeInAppendOnlyMode();
        locate(1);
        assertOutcome(write(4, 100), OVERWRITE_ATTEMPTED);
        assertOutcome(writeFilemarks(1), OVERWRITE_ATTEMPTED);
        assertOutcome(erase(), OVERWRITE_ATTEMPTED);
        assertThat(tape.endOfData(0)).isEqualTo(5);
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void goesOnBetweenTheFilemarksAtTheEnd() {
        writeSomeInAppendOnlyMode();
        locate(4);
        assertGood(write(4, 100));
        assertThat(tape.endOfData(0)).isEqualTo(5);
    }

    @Test
    void overwriteIsAllowedOnceWhereTheMediumStands() {
        writeSomeInAppendOnlyMode();
        locate(1);
        assertGood(allowOverwrite(1, 0, 1));
        assertGood(write(4, 100));
        assertGood(write(5, 100));
        assertThat(tape.endOfData(0)).isEqualTo(3);
        locate(1);
        assertOutcome(write(6, 100), OVERWRITE_ATTEMPTED);
    }

    @Test
    void anotherPositionIsAPositioningError() {
        writeSomeInAppendOnlyMode();
        locate(1);
        assertOutcome(allowOverwrite(1, 0, 2), "05/3B/00");
        assertOutcome(allowOverwrite(1, 1, 1), "05/3B/00");
        assertOutcome(allowOverwrite(2, 0, 0), "05/3B/00");
        assertOutcome(write(4, 100), OVERWRITE_ATTEMPTED);
    }

    @Test
    void whatWasAllowedEndsWhenTheMediumMoves() {
        writeSomeInAppendOnlyMode();
        for (String move :
                new String[] {
                    "01 00 00 00 00 00", "11 00 00 00 01 00", "2B 00 00 00 00 00 01 00 00 00"
                }) {
            locate(1);
            assertGood(allowOverwrite(1, 0, 1));
            assertGood(host.send(move));
            locate(1);
            assertOutcome(write(4, 100), OVERWRITE_ATTEMPTED);
        }
        locate(1);
        assertGood(allowOverwrite(1, 0, 1));
        read(100);
        assertOutcome(write(4, 100), OVERWRITE_ATTEMPTED);
    }

    @Test
    void whatWasAllowedCanBeTakenBack() {
        writeSomeInAppendOnlyMode();
        locate(1);
        assertGood(allowOverwrite(1, 0, 1));
        assertGood(allowOverwrite(0, 0, 1));
        assertOutcome(write(4, 100), OVERWRITE_ATTEMPTED);
    }

    @Test
    void formattingNeedsToBeAllowedToo() {
        writeSomeInAppendOnlyMode();
        rewind();
        assertOutcome(formatMedium(), OVERWRITE_ATTEMPTED);
        assertGood(allowOverwrite(1, 0, 0));
        assertOutcome(formatMedium(), OVERWRITE_ATTEMPTED);
        assertGood(allowOverwrite(2, 0, 0));
        assertGood(formatMedium());
        assertThat(tape.endOfData(0)).isZero();
    }

    @Test
    void anEmptyMediumMayBeFormatted() {
        appendOnly(true);
        assertGood(formatMedium());
    }

    @Test
    void isRefusedOutsideAppendOnlyMode() {
        assertOutcome(allowOverwrite(1, 0, 0), "05/20/0C");
        appendOnly(true);
        assertGood(allowOverwrite(1, 0, 0));
        appendOnly(false);
        assertOutcome(allowOverwrite(1, 0, 0), "05/20/0C");
    }

    @Test
    void unknownExtentIsRefused() {
        appendOnly(true);
        assertOutcome(allowOverwrite(3, 0, 0), "05/24/00");
    }

    @Test
    void withoutAppendOnlyModeEverythingIsOverwritten() {
        writeSomeInAppendOnlyMode();
        appendOnly(false);
        locate(1);
        assertGood(write(4, 100));
        assertThat(tape.endOfData(0)).isEqualTo(2);
    }
}
