package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.Test;

/** Where encrypted blocks begin and end: MAM attributes 0224h and 0225h, log page 17h parameters 0200h and 0201h. */
@Conformance(
        subject = "MAM 0224h, 0225h, log page 17h 0200h, 0201h: encrypted objects",
        standard = "SPC-4, Medium auxiliary memory attributes; SSC-4, Volume Statistics log page")
class EncryptedObjectsTest extends EncryptionConformance {

    private static final long NONE = -1;
    private static final long UNKNOWN = -2;

    private long attribute(int identifier) {
        FakeReply reply =
                host.receive(
                        "8C 00 00 00 00 00 00 00 %04X 00 00 00 11 00 00".formatted(identifier), 17);
        assertGood(reply);
        return reply.u64(9);
    }

    /** Of one partition. */
    private String logParameter(int code) {
        FakeReply reply = host.receive("4D 00 57 00 00 %04X 04 00 00".formatted(code), 1024);
        assertGood(reply);
        assertThat(reply.u16(4)).isEqualTo(code);
        return reply.hex().substring(3 * 12, 3 * 18 - 1);
    }

    private void assertEncrypted(long first, long firstClearBehind) {
        assertThat(attribute(0x0224)).as("0224h").isEqualTo(first);
        assertThat(attribute(0x0225)).as("0225h").isEqualTo(firstClearBehind);
        assertThat(logParameter(0x0200).replace(" ", ""))
                .isEqualTo("%012X".formatted(first & 0xFFFF_FFFF_FFFFL));
        assertThat(logParameter(0x0201).replace(" ", ""))
                .isEqualTo("%012X".formatted(firstClearBehind & 0xFFFF_FFFF_FFFFL));
    }

    private void writeEncrypted() {
        assertGood(setEncryption(ON, KEY_1));
        assertGood(write(1, 100));
        assertGood(setEncryption(OFF, ""));
    }

    @Test
    void aBlankMediumHasNone() {
        assertEncrypted(NONE, NONE);
    }

    @Test
    void areTheFirstOnesOfEachKind() {
        write(1, 100);
        writeFilemarks(1);
        assertEncrypted(NONE, NONE);
        writeEncrypted();
        writeFilemarks(1);
        assertEncrypted(2, NONE);
        writeEncrypted();
        write(2, 100);
        writeEncrypted();
        write(3, 100);
        assertEncrypted(2, 5);
    }

    @Test
    void endWithTheData() {
        write(1, 100);
        writeEncrypted();
        write(2, 100);
        assertEncrypted(1, 2);
        locate(2);
        writeFilemarks(1);
        assertEncrypted(1, NONE);
        locate(1);
        assertGood(host.send("19 00 00 00 00 00"));
        assertEncrypted(NONE, NONE);
        writeEncrypted();
        locate(0);
        write(3, 100);
        assertEncrypted(NONE, NONE);
        writeEncrypted();
        rewind();
        assertGood(host.send("04 00 00 00 00 00"));
        assertEncrypted(NONE, NONE);
    }

    @Test
    void areKeptWithTheCartridge() throws StoreException {
        write(1, 100);
        writeEncrypted();
        write(2, 100);
        reload();
        assertEncrypted(1, 2);
        reload();
        assertEncrypted(1, 2);
        locate(1);
        write(3, 100);
        reload();
        assertEncrypted(NONE, NONE);
    }

    private void reload() throws StoreException {
        drive.eject().join();
        tape.close();
        tape = tape.remount();
        drive.load(tape).join();
        host.clearUnitAttentions();
    }

    @Test
    void nothingIsClaimedOfACartridgeThatWasNotUnloaded() throws StoreException {
        writeEncrypted();
        writeFilemarks(0);
        SimpleTape left = tape;
        use(builder().build());
        left.close();
        tape = left.remount();
        drive.load(tape).join();
        host.clearUnitAttentions();

        assertEncrypted(UNKNOWN, UNKNOWN);
        host.send("11 03 00 00 00 00");
        writeEncrypted();
        assertEncrypted(UNKNOWN, UNKNOWN);
        rewind();
        write(1, 100);
        writeEncrypted();
        assertEncrypted(1, NONE);
    }

    @Test
    void nothingIsClaimedAfterAFault() {
        write(1, 100);
        writeFilemarks(0);
        writeEncrypted();
        tape.failNextSynchronize(new StoreException.WriteFailed("disk is gone", null));
        rewind();

        assertThat(tape.endOfData(0)).isEqualTo(1);
        assertEncrypted(UNKNOWN, UNKNOWN);
    }
}
