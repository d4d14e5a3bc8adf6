package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.TaskManagementFunction;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logical block protection, mode page 0Ah/F0h: four bytes behind each block that are checked, kept and given back. */
@Conformance(
        subject = "mode page 0Ah/F0h, logical block protection",
        standard = "SSC-4, Control Data Protection mode page")
class LogicalBlockProtectionTest extends DriveConformance {

    private static final int REED_SOLOMON_CRC = 1;
    private static final int CRC32C = 2;
    private static final int LBP_W = 0x80;
    private static final int LBP_R = 0x40;

    private FakeReply select(int method, int lengthBytes, int flags) {
        String page =
                "4A F0 00 1C %02X %02X %02X".formatted(method, lengthBytes, flags)
                        + " 00".repeat(25);
        return host.send("55 10 00 00 00 00 00 00 28 00", "00 00 00 10 00 00 00 00" + page);
    }

    private void protect(int method, int flags) {
        assertGood(select(method, 4, flags));
    }

    /** A block of 37 prime numbers, and the protection information it has by other implementations. */
    private static byte[] primes(int method) {
        return hex(
                "02 03 05 07 0B 0D 11 13 17 1D 1F 25 29 2B 2F 35 3B 3D 43 47 49 4F 53 59 61 65 67"
                        + " 6B6D 71 7F 83 89 8B 95 97 9D"
                        + (method == REED_SOLOMON_CRC ? "73 3D 4D CA" : "48 4F 17 E8"));
    }

    private FakeReply write(byte[] block) {
        return host.send("0A 00 " + u24(block.length) + " 00", block);
    }

    @ParameterizedTest
    @ValueSource(ints = {REED_SOLOMON_CRC, CRC32C})
    void isCheckedOnTheWayInAndGivenBackOnTheWayOut(int method) {
        protect(method, LBP_W | LBP_R);
        assertGood(write(primes(method)));
        assertThat(tape.objects(0).getFirst()).hasSize(37);
        rewind();
        assertThat(read(41).data()).isEqualTo(primes(method));
    }

    @ParameterizedTest
    @ValueSource(ints = {REED_SOLOMON_CRC, CRC32C})
    void damageOnTheWayInIsFound(int method) {
        protect(method, LBP_W);
        for (int at = 0; at < 41; at++) {
            byte[] block = primes(method);
            block[at] ^= 0x10;
            assertSense(write(block), "F0 00 04 00 00 00 29 0A 00 00 00 00 10 01 00 00 00 00");
        }
        assertThat(tape.endOfData(0)).isZero();
    }

    @Test
    void oneMethodIsTurnedIntoTheOther() {
        protect(CRC32C, LBP_W);
        assertGood(write(primes(CRC32C)));
        protect(REED_SOLOMON_CRC, LBP_R);
        rewind();
        assertThat(read(41).data()).isEqualTo(primes(REED_SOLOMON_CRC));
        protect(0, 0);
        rewind();
        assertThat(read(37).data()).isEqualTo(Arrays.copyOf(primes(CRC32C), 37));
    }

    @Test
    void directionsAreSwitchedOnByThemselves() {
        protect(CRC32C, LBP_R);
        assertGood(write(Arrays.copyOf(primes(CRC32C), 37)));
        rewind();
        assertThat(read(41).data()).isEqualTo(primes(CRC32C));
        protect(CRC32C, LBP_W);
        rewind();
        assertThat(read(37).data()).hasSize(37);
    }

    @Test
    void eachNexusSwitchesItOnForItself() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        protect(CRC32C, LBP_W | LBP_R);

        assertOutcome(other.send("00 00 00 00 00 00"), "GOOD");
        assertThat(protectionOf(other)).isEqualTo("00 00 00");
        assertThat(protectionOf(host)).isEqualTo("02 04 C0");
        assertGood(write(primes(CRC32C)));
        assertGood(rewind());
        assertThat(other.receive("08 00 00 00 25 00", 37).data())
                .isEqualTo(Arrays.copyOf(primes(CRC32C), 37));
        assertThat(other.send("0A 00 00 00 29 00", block(1, 41)).outcome()).isEqualTo("GOOD");
        assertThat(tape.objects(0).getLast()).hasSize(41);
    }

    @Test
    void goesWithTheNexusAndWithAReset() {
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        other.clearUnitAttentions();
        protect(CRC32C, LBP_W | LBP_R);
        other.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        assertThat(protectionOf(host)).isEqualTo("02 04 C0");

        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        host.clearUnitAttentions();
        assertThat(protectionOf(host)).isEqualTo("00 00 00");
        assertGood(write(block(1, 37)));

        protect(REED_SOLOMON_CRC, LBP_W);
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        host.clearUnitAttentions();
        assertThat(protectionOf(host)).isEqualTo("00 00 00");
        assertGood(write(block(1, 37)));
    }

    /** METHOD, INFORMATION LENGTH, LBP_W and LBP_R as a nexus sees them. */
    private static String protectionOf(FakeInitiator by) {
        FakeReply reply = by.receive("5A 08 0A F0 00 00 00 00 40 00", 64);
        assertGood(reply);
        return reply.hex().substring(3 * 12, 3 * 15 - 1);
    }

    @Test
    void worksWithFixedBlocks() {
        protect(CRC32C, LBP_W | LBP_R);
        setBlockLength(41);
        byte[] two = new byte[82];
        System.arraycopy(primes(CRC32C), 0, two, 0, 41);
        System.arraycopy(primes(CRC32C), 0, two, 41, 41);
        assertGood(writeFixed(2, two));
        rewind();
        assertThat(readFixed(2, 41).data()).isEqualTo(two);
        two[50] ^= 1;
        assertSense(writeFixed(2, two), "F0 00 04 00 00 00 01 0A 00 00 00 00 10 01 00 00 00 00");
        assertThat(tape.endOfData(0)).isEqualTo(3);
    }

    @Test
    void lengthsOfReadsAreThoseOfBoth() {
        protect(CRC32C, LBP_W | LBP_R);
        write(primes(CRC32C));
        rewind();
        FakeReply reply = read(50);
        assertThat(reply.sense().information()).hasValue(9);
        assertThat(reply.data()).isEqualTo(primes(CRC32C));
        rewind();
        reply = read(39);
        assertThat(reply.sense().information()).hasValue(-2);
        assertThat(reply.data()).isEqualTo(Arrays.copyOf(primes(CRC32C), 39));
        rewind();
        assertThat(read(20).data()).isEqualTo(Arrays.copyOf(primes(CRC32C), 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 4_103, 8_200, 100_001})
    void blocksOfAnyLength(int lengthBytes) {
        for (int method : new int[] {REED_SOLOMON_CRC, CRC32C}) {
            protect(0, 0);
            rewind();
            byte[] block = block(lengthBytes, lengthBytes);
            write(block);
            rewind();
            protect(method, LBP_W | LBP_R);
            byte[] both = read(lengthBytes + 4).data();
            rewind();
            assertGood(write(both));
            both[lengthBytes / 2] ^= 1;
            assertOutcome(write(both), "04/10/01");
        }
    }

    @Test
    void protectsWhatIsCompressedAndEncryptedToo() {
        protect(CRC32C, LBP_W | LBP_R);
        byte[] zeros = new byte[1_004];
        System.arraycopy(HexFormat.of().parseHex("00000000"), 0, zeros, 1_000, 4);
        assertOutcome(write(zeros), "04/10/01");
        assertGood(
                EncryptionConformance.setEncryption(
                        host, "40", "00", "02 03", EncryptionConformance.KEY_1, ""));
        assertGood(write(primes(CRC32C)));
        rewind();
        assertThat(read(41).data()).isEqualTo(primes(CRC32C));
    }

    @Test
    void verifyComparesTheMethodWhenAskedTo() {
        protect(CRC32C, LBP_W);
        write(primes(CRC32C));
        protect(0, 0);
        write(1, 100);
        protect(CRC32C, 0);
        rewind();
        assertGood(host.send("13 10 00 00 25 00"));
        assertOutcome(host.send("13 10 00 00 64 00"), "03/10/05");
        rewind();
        assertGood(host.send("13 20 00 00 00 00"));
        rewind();
        assertOutcome(host.send("13 30 00 00 00 00"), "03/10/05");
    }

    @Test
    void blockOfNothingButProtectionIsRefused() {
        protect(CRC32C, LBP_W);
        assertOutcome(write(new byte[4]), "05/24/00");
        assertOutcome(write(new byte[2]), "05/24/00");
        assertGood(write(new byte[0]));
    }

    @Test
    void pageTellsWhatWasSet() {
        assertData(
                host.receive("1A 08 0A F0 FF 00", 255),
                "23 88 10 00 4A F0 00 1C" + " 00".repeat(28));
        protect(REED_SOLOMON_CRC, LBP_W | LBP_R);
        assertData(
                host.receive("1A 08 0A F0 FF 00", 255),
                "23 88 10 00 4A F0 00 1C 01 04 C0" + " 00".repeat(25));
    }

    @Test
    void pageRefusesWhatThereIsNot() {
        assertOutcome(select(3, 4, LBP_W), "05/26/00");
        assertOutcome(select(CRC32C, 2, LBP_W), "05/26/00");
        assertOutcome(select(CRC32C, 4, 0x20), "05/26/00");
        assertGood(select(0, 0, 0));
        assertGood(select(0, 4, 0));
    }
}
