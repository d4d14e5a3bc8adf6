package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** Encrypted blocks that travel as they are: read in RAW mode, written in EXTERNAL mode. */
@Conformance(
        subject = "data encryption, raw and external mode",
        standard = "SSC-4, Data encryption modes")
class EncryptionRawAndExternalTest extends EncryptionConformance {

    private byte[] rawBlock(int seed) {
        assertGood(setEncryption(ON, KEY_1));
        assertGood(write(seed, 1_000));
        rewind();
        assertGood(setEncryption(RAW_READ, KEY_1));
        byte[] raw = readSuppressingIncorrectLength(2_000).data();
        assertThat(raw.length).isBetween(1_001, 1_200);
        return raw;
    }

    private FakeReply writeRaw(byte[] raw) {
        return host.send("0A 00 " + u24(raw.length) + " 00", raw);
    }

    @Test
    void copyMadeWithoutTheKeyIsReadWithIt() {
        byte[] raw = rawBlock(1);
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        assertGood(setEncryption(EXTERNAL_RAW, ""));
        assertGood(writeRaw(raw));
        rewind();
        assertThat(readSuppressingIncorrectLength(2_000).data()).hasSameSizeAs(raw);
        rewind();
        assertGood(setEncryption(ON, KEY_1));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
    }

    @Test
    void whatIsNoEncryptedBlockIsNotTakenForOne() {
        byte[] raw = rawBlock(1);
        assertGood(setEncryption(EXTERNAL_RAW, ""));
        raw[raw.length / 2] ^= 1;
        assertOutcome(writeRaw(raw), "05/74/0B");
        assertOutcome(write(2, 1_000), "05/74/0B");
        assertThat(tape.endOfData(0)).isEqualTo(1);
    }

    @Test
    void unencryptedBlocksAreReadInRawMode() {
        write(5, 1_000);
        rewind();
        assertGood(setEncryption("00 01", ""));
        assertThat(read(1_000).data()).isEqualTo(block(5, 1_000));
    }

    @Test
    void blockMayForbidRawReads() {
        assertGood(setEncryption(host, ALL_I_T_NEXUS, "30", ON, KEY_1, ""));
        write(1, 1_000);
        rewind();
        assertGood(setEncryption(RAW_READ, KEY_1));
        assertOutcome(read(1_000), "07/74/0A");
        assertThat(objectNumber()).isZero();
        assertGood(setEncryption(ON, KEY_1));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
    }

    @Test
    void whereItWasEncryptedCanBeChecked() {
        byte[] raw = rawBlock(1);
        assertGood(setEncryption(EXTERNAL_RAW, ""));
        assertGood(writeRaw(raw));
        rewind();
        assertGood(setEncryption(host, ALL_I_T_NEXUS, "80", ON, KEY_1, ""));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
        assertOutcome(read(1_000), "07/74/09");
        assertGood(setEncryption(host, ALL_I_T_NEXUS, "C0", ON, KEY_1, ""));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
        rewind();
        assertOutcome(read(1_000), "07/74/09");
    }

    @Test
    void nextBlockStatusTellsExternalBlocks() {
        byte[] raw = rawBlock(1);
        assertGood(setEncryption(EXTERNAL_RAW, ""));
        assertGood(writeRaw(raw));
        locate(1);
        assertThat(page(0x21).u8(14)).isEqualTo(0x02);
        locate(0);
        assertThat(page(0x21).u8(14)).isZero();
    }
}
