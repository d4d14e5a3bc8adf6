package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** Mode page 1Ch, informational exceptions control: how hosts are told of TapeAlert flags, and flags set for a test. */
@Conformance(
        subject = "mode page 1Ch",
        standard = "SSC-4, Informational Exceptions Control mode page",
        clients = "sg3_utils")
class ModePageInformationalExceptionsTest extends DriveConformance {

    private static final String OFF = "08 03";

    /** DEXCPT, TEST and MRIE in the first two bytes. */
    private FakeReply select(String flagsAndMethod, int testFlag) {
        return host.send(
                "15 10 00 00 10 00",
                "00 00 10 00 1C 0A " + flagsAndMethod + " 00 00 00 00 %08X".formatted(testFlag));
    }

    private void readDamaged() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        assertOutcome(read(512), "03/11/00");
    }

    private long flags() {
        return host.receive("4D 00 52 00 00 00 00 00 40 00", 64).u64(8);
    }

    @Test
    void flagsAreForPollingByDefault() {
        assertData(
                host.receive("1A 08 1C 00 FF 00", 255),
                "0F 88 10 00 1C 0A 08 03 00 00 00 00 00 00 00 00");
        readDamaged();

        assertGood(rewind());
        assertGood(testUnitReady());
    }

    @Test
    void aFlagEndsTheNextCommandWithRecoveredErrorOnce() {
        assertGood(select("00 03", 0));
        write(1, 512);
        write(2, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);

        FakeReply reply = read(512);

        assertOutcome(reply, "01/5D/00");
        assertThat(reply.data()).isEqualTo(block(2, 512));
        assertGood(rewind());
    }

    @Test
    void aFlagIsAUnitAttentionForEveryNexus() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        assertGood(select("00 02", 0));
        other.clearUnitAttentions();
        readDamaged();

        assertOutcome(testUnitReady(), "06/5D/00");
        assertOutcome(other.send("00 00 00 00 00 00"), "06/5D/00");
    }

    @Test
    void aFlagIsToldOnRequest() {
        assertGood(select("00 06", 0));
        readDamaged();

        assertGood(rewind());
        FakeReply sense = host.receive("03 00 00 00 12 00", 18);
        assertThat(sense.u8(2) & 0x0F).isZero();
        assertThat(sense.u16(12)).isEqualTo(0x5D00);
        assertThat(host.receive("03 00 00 00 12 00", 18).u16(12)).isZero();
    }

    @Test
    void aTestSetsAndClearsAFlagAndIsForgotten() {
        assertGood(select("04 00", 20));
        assertThat(flags()).isEqualTo(1L << (64 - 20));
        assertThat(host.receive("1A 08 1C 00 FF 00", 255).hex())
                .isEqualTo("0F 88 10 00 1C 0A 00 00 00 00 00 00 00 00 00 00");

        assertGood(select("04 00", -20));
        assertThat(flags()).isZero();
    }

    @Test
    void aTestOfAllFlags() {
        assertGood(select("04 00", 0x7FFF));

        assertThat(flags()).isEqualTo(-1L);
    }

    @Test
    void aTestWithoutAFlagIsAnException() {
        assertGood(select("04 02", 0));

        assertOutcome(testUnitReady(), "06/5D/00");
        assertThat(flags()).isZero();
    }

    @Test
    void refusesATestWhileDisabledAnUnknownMethodAndAnUnknownFlag() {
        assertSense(select("0C 03", 1), "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 06");
        assertSense(select("00 05", 0), "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 07");
        assertSense(select("04 00", 65), "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 80 00 0C");
        assertThat(host.receive("1A 08 1C 00 FF 00", 255).hex()).contains(OFF);
    }
}
