package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** READ and VERIFY of encrypted blocks: with the key, with another, with none, and of what is not encrypted. */
@Conformance(
        subject = "READ(6), VERIFY(6), encrypted blocks",
        standard = "SSC-4, Data encryption",
        clients = "stenc")
class ReadEncryptedTest extends EncryptionConformance {

    /** DATA PROTECT, VALID, INFORMATION 1000. */
    private static void assertProtected(FakeReply reply, String code) {
        assertSense(reply, "F0 00 07 00 00 03 E8 0A 00 00 00 00 " + code + " 00 00 00 00");
        assertThat(reply.data()).isEmpty();
    }

    private void writeEncrypted() {
        assertGood(setEncryption(ON, KEY_1));
        assertGood(write(1, 1_000));
        byte[] zeros = new byte[50_000];
        assertGood(host.send("0A 00 " + u24(zeros.length) + " 00", zeros));
        rewind();
    }

    @Test
    void withTheKeyItIsWhatWasWritten() {
        writeEncrypted();
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
        assertThat(read(50_000).data()).isEqualTo(new byte[50_000]);
    }

    @Test
    void nothingOfItIsOnTheMedium() {
        writeEncrypted();
        byte[] stored = tape.objects(0).getFirst();
        assertThat(stored).hasSize(1_004);
        byte[] written = block(1, 1_000);
        for (int at = 0; at + 8 <= stored.length; at++) {
            byte[] some = Arrays.copyOfRange(stored, at, at + 8);
            for (int in = 0; in + 8 <= written.length; in++) {
                assertThat(Arrays.equals(written, in, in + 8, some, 0, 8)).isFalse();
            }
        }
    }

    @Test
    void compressesBeforeItEncrypts() {
        writeEncrypted();
        assertThat(tape.objects(0).get(1).length).isLessThan(1_000);
    }

    @Test
    void withoutAKeyItIsRefusedAndThePositionStays() {
        writeEncrypted();
        setEncryption(OFF, "");
        assertProtected(read(1_000), "74 01");
        assertThat(objectNumber()).isZero();
        assertProtected(read(1_000), "74 01");
        assertThat(nextBlock()).isEqualTo(6);
        setEncryption(ON, KEY_1);
        assertThat(nextBlock()).isEqualTo(5);
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
    }

    @Test
    void withAnotherKeyItIsRefused() {
        writeEncrypted();
        setEncryption(ON, KEY_2);
        assertProtected(read(1_000), "74 03");
        assertThat(nextBlock()).isEqualTo(6);
        assertThat(objectNumber()).isZero();
    }

    @Test
    void unencryptedBlockIsRefusedUnlessMixed() {
        write(3, 1_000);
        assertGood(setEncryption(MIXED, KEY_1));
        write(4, 1_000);
        rewind();
        assertThat(read(1_000).data()).isEqualTo(block(3, 1_000));
        assertThat(read(1_000).data()).isEqualTo(block(4, 1_000));
        rewind();
        setEncryption(ON, KEY_1);
        assertProtected(read(1_000), "74 02");
        assertThat(objectNumber()).isZero();
        locate(1);
        assertThat(read(1_000).data()).isEqualTo(block(4, 1_000));
    }

    @Test
    void unencryptedBlocksAreReadWithEncryptionOff() {
        assertGood(setEncryption(MIXED, KEY_1));
        setEncryption(OFF, "");
        write(3, 1_000);
        rewind();
        assertThat(read(1_000).data()).isEqualTo(block(3, 1_000));
    }

    @Test
    void changedBlockIsRefused() {
        writeEncrypted();
        tape.changeEncryptedObject(0, 0);
        assertProtected(read(1_000), "74 04");
    }

    @Test
    void corruptBlockIsAMediumError() {
        writeEncrypted();
        tape.corruptObject(0, 0);
        assertOutcome(read(1_000), "03/11/00");
    }

    @Test
    void fixedBlocksBeforeARefusedOneAreDelivered() {
        setBlockLength(512);
        writeFixed(2, block(7, 1_024));
        setEncryption(MIXED, KEY_1);
        writeFixed(1, block(8, 512));
        rewind();
        setEncryption(OFF, "");
        FakeReply reply = readFixed(3, 512);
        assertSense(reply, "F0 00 07 00 00 00 01 0A 00 00 00 00 74 01 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(7, 1_024));
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void incorrectLengthIsToldAsOfAnyBlock() {
        writeEncrypted();
        FakeReply reply = read(1_010);
        assertSense(reply, "F0 00 20 00 00 00 0A 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(reply.data()).isEqualTo(block(1, 1_000));
    }

    @Test
    void verifyNeedsTheKeyToo() {
        writeEncrypted();
        assertGood(host.send("13 00 00 03 E8 00"));
        rewind();
        setEncryption(ON, KEY_2);
        assertProtected(host.send("13 00 00 03 E8 00"), "74 03");
        assertThat(objectNumber()).isZero();
        setEncryption(OFF, "");
        assertOutcome(host.send("13 20 00 00 00 00"), "07/74/01");
        setEncryption(ONLY_DECRYPT, KEY_1);
        assertGood(host.send("13 20 00 00 00 00"));
    }

    @Test
    void spacingNeedsNoKey() {
        writeEncrypted();
        setEncryption(OFF, "");
        assertGood(spaceBlocks(1));
        assertGood(locate(2));
        assertThat(objectNumber()).isEqualTo(2);
    }

    @Test
    void keyAssociatedDataComeWithTheNextBlockStatus() {
        String kads = "00 00 00 05 6D 79 6B 65 79 01 00 00 02 AB CD";
        assertGood(setEncryption(host, ALL_I_T_NEXUS, "30", ON, KEY_1, kads));
        write(1, 1_000);
        setEncryption(OFF, "");
        rewind();
        assertData(
                page(0x21),
                """
                00 21 00 1B 00 00 00 00 00 00 00 00 06 01 01 00
                00 00 00 05 6D 79 6B 65 79 01 01 00 02 AB CD
                """);
    }
}
