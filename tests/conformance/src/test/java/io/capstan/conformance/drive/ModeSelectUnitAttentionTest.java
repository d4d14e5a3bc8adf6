package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MODE SELECT: the other nexuses are told of what changed, and of nothing that did not. */
@Conformance(subject = "MODE SELECT, unit attention", standard = "SPC-4, MODE SELECT(6) command")
class ModeSelectUnitAttentionTest extends DriveConformance {

    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";
    private static final String COMPRESSION =
            "00 00 10 00 0F 0E %02X 80 00 00 00 01 00 00 00 01 00 00 00 00";

    private final FakeInitiator other = new FakeInitiator(drive, "initiator1");

    @BeforeEach
    void settle() {
        other.clearUnitAttentions();
    }

    @Test
    void ofAPage() {
        assertGood(host.send("15 10 00 00 14 00", COMPRESSION.formatted(0x40)));

        assertOutcome(other.send(TEST_UNIT_READY), "06/2A/01");
        assertGood(other.send(TEST_UNIT_READY));
        assertGood(testUnitReady());
    }

    @Test
    void ofTheBlockLength() {
        setBlockLength(512);

        assertOutcome(other.send(TEST_UNIT_READY), "06/2A/01");
    }

    @Test
    void notOfAPageThatIsAsItWas() {
        assertGood(host.send("15 10 00 00 14 00", COMPRESSION.formatted(0xC0)));

        assertGood(other.send(TEST_UNIT_READY));
    }

    @Test
    void notOfARefusedList() {
        assertOutcome(host.send("15 10 00 00 14 00", COMPRESSION.formatted(0x41)), "05/26/00");

        assertGood(other.send(TEST_UNIT_READY));
    }
}
