package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.DriveStatus;
import io.capstan.drive.EjectOutcome;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Issue 6: blocks that are answered GOOD before they are compressed. Whatever could tell them from blocks on the medium waits for
 * them, and what keeps them from getting there is a deferred error.
 */
@Conformance(subject = "WRITE(6), buffered mode", standard = "SSC-4, Buffered mode; SPC-4, 4.5.7")
class WriteBufferedCompressionTest extends DriveConformance {

    private static final int BLOCKS = 4;
    private static final int LENGTH_BYTES = 20_000;

    private static byte[] compressible(int seed, int lengthBytes) {
        byte[] block = block(seed, lengthBytes);
        Arrays.fill(block, lengthBytes / 8, lengthBytes, (byte) seed);
        return block;
    }

    private static FakeReply send(FakeInitiator to, byte[] block) {
        return to.send("0A 00 " + u24(block.length) + " 00", block);
    }

    private FakeReply writeCompressible(int seed) {
        return send(host, compressible(seed, LENGTH_BYTES));
    }

    /** Writes blocks of which some are still in the buffer. */
    private void fillBuffer() {
        for (int i = 0; i < BLOCKS; i++) {
            assertGood(writeCompressible(i));
        }
        assertThat(tape.endOfData(0)).isEqualTo(1);
    }

    private void assertAllOnTheMedium() {
        assertThat(tape.objects(0).subList(0, BLOCKS))
                .containsExactly(
                        compressible(0, LENGTH_BYTES),
                        compressible(1, LENGTH_BYTES),
                        compressible(2, LENGTH_BYTES),
                        compressible(3, LENGTH_BYTES));
    }

    private static StoreException fault() {
        return new StoreException.WriteFailed("the disk is gone", null);
    }

    // ---- who waits

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 00 00 00 00 00", // WRITE FILEMARKS, none
                "10 00 00 00 01 00",
                "10 01 00 00 01 00", // with IMMED
                "00 00 00 00 00 00", // TEST UNIT READY
                "01 00 00 00 00 00", // REWIND
                "2B 00 00 00 00 00 01 00 00 00", // LOCATE(10)
                "92 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00", // LOCATE(16)
                "11 00 FF FF FF 00", // SPACE(6), a block back
                "11 03 00 00 00 00", // SPACE(6), to end of data
                "19 00 00 00 00 00", // ERASE(6)
                "1B 00 00 00 00 00", // LOAD UNLOAD, unload
                "1B 00 00 00 01 00", // load
                "13 00 00 00 01 00", // VERIFY(6)
                "1D 04 00 00 00 00", // SEND DIAGNOSTIC, self-test
                "1E 00 00 00 01 00", // PREVENT ALLOW MEDIUM REMOVAL
                "5F 06 00 00 00 00 00 00 18 00", // PERSISTENT RESERVE OUT without its data
                "FF 00 00 00 00 00" // no command at all
            })
    void commandWaits(String cdb) {
        fillBuffer();
        host.send(cdb);
        assertAllOnTheMedium();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08 00 00 00 0A 00", // READ(6)
                "34 00 00 00 00 00 00 00 00 00", // READ POSITION, short form
                "34 06 00 00 00 00 00 00 00 00", // long form
                "34 08 00 00 00 00 00 00 20 00", // extended form
                "4D 00 4C 00 00 00 00 00 FF 00", // LOG SENSE
                "1A 08 0F 00 FF 00", // MODE SENSE(6)
                "8C 00 00 00 00 00 00 00 00 00 00 00 00 FF 00 00", // READ ATTRIBUTE
                "A2 20 00 10 00 00 00 00 00 FF 00 00", // SECURITY PROTOCOL IN
                "05 00 00 00 00 00" // READ BLOCK LIMITS
            })
    void commandThatGivesDataWaits(String cdb) {
        fillBuffer();
        host.receive(cdb, 255);
        assertAllOnTheMedium();
    }

    @Test
    void modeSelectWaits() {
        fillBuffer();
        setBlockLength(512);
        assertAllOnTheMedium();
    }

    @ParameterizedTest
    @ValueSource(strings = {"12 00 00 00 24 00", "03 00 00 00 12 00"})
    void inquiryAndRequestSenseDoNot(String cdb) {
        fillBuffer();
        assertGood(host.receive(cdb, 255));
        assertThat(tape.endOfData(0)).isEqualTo(1);
    }

    @Test
    void writeFilemarksSynchronizesThem() {
        fillBuffer();
        assertGood(writeFilemarks(1));
        assertThat(tape.synchronizedObjects(0)).hasSize(BLOCKS + 1).endsWith(SimpleTape.FILEMARK);
        assertAllOnTheMedium();
    }

    @Test
    void positionCountsThem() throws Exception {
        fillBuffer();
        assertThat(drive.owner().call(drive::position).orElseThrow().objectNumber())
                .isEqualTo(BLOCKS);
        assertThat(tape.endOfData(0)).isEqualTo(1);
        assertThat(objectNumber()).isEqualTo(BLOCKS);
    }

    @Test
    void statusWaits() {
        fillBuffer();
        DriveStatus status = drive.status().join();
        assertThat(status.position().orElseThrow().objectNumber()).isEqualTo(BLOCKS);
        assertAllOnTheMedium();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ejectWaits(boolean force) {
        fillBuffer();
        assertThat((force ? drive.forceEject() : drive.eject()).join())
                .isInstanceOf(EjectOutcome.Ejected.class);
        assertAllOnTheMedium();
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void resetWaits() {
        fillBuffer();
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        assertAllOnTheMedium();
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void blockThatIsNotCompressedIsNotWrittenBeforeThem() {
        fillBuffer();
        assertGood(host.send("15 10 00 00 14 00", compressionOff()));
        assertGood(writeCompressible(4));
        assertAllOnTheMedium();
        assertThat(tape.objects(0).getLast()).isEqualTo(compressible(4, LENGTH_BYTES));
    }

    private static String compressionOff() {
        return "00 00 10 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00";
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3})
    void blocksOfAllKindsComeBackInTheirOrder(int seed) {
        Random random = new Random(seed);
        List<byte[]> written = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int lengthBytes = 1 + random.nextInt(random.nextInt(10) == 0 ? 2_000_000 : 50_000);
            byte[] block =
                    random.nextInt(6) == 0 ? block(i, lengthBytes) : compressible(i, lengthBytes);
            assertGood(send(host, block));
            written.add(block);
        }
        assertGood(rewind());
        for (byte[] block : written) {
            assertThat(read(block.length).data()).isEqualTo(block);
        }
        assertOutcome(read(1), "08/00/05");
    }

    @Test
    void unbufferedModeWaitsForTheBlockItself() {
        fillBuffer();
        assertGood(host.send("15 10 00 00 04 00", "00 00 00 00"));
        assertGood(writeCompressible(4));
        assertThat(tape.synchronizedObjects(0)).hasSize(BLOCKS + 1);
    }

    /** The same answers, and the same tape, as from a drive that compresses before it answers. */
    @ParameterizedTest
    @ValueSource(ints = {60_000, 400_000, 1_000_000})
    void earlyWarningComesAtTheSameBlock(int capacityBytes) {
        SimpleTape otherTape = SimpleTape.blank("TST003L8", capacityBytes);
        use(builder().compressingAtOnce().build(), otherTape);
        FakeInitiator other = host;
        use(builder().build(), SimpleTape.blank("TST002L8", capacityBytes));
        String outcome = "";
        for (int i = 0; i < 2_000 && !outcome.equals("0D/00/02"); i++) {
            byte[] block = compressible(i, LENGTH_BYTES);
            outcome = send(host, block).outcome();
            assertThat(outcome).as("block " + i).isEqualTo(send(other, block).outcome());
        }
        assertThat(outcome).isEqualTo("0D/00/02");
        assertThat(tape.objects(0)).containsExactlyElementsOf(otherTape.objects(0));
        assertThat(tape.usedBytes(0)).isEqualTo(otherTape.usedBytes(0));
    }

    // ---- when the medium does not take them

    @Test
    void nextWriteTellsOfTheFault() {
        fillBuffer();
        tape.failNextAppend(fault());
        FakeReply reply = untilFault();
        assertSense(reply, "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(tape.endOfData(0)).isZero();
        assertThat(objectNumber()).isZero();
        assertGood(writeCompressible(9));
        assertGood(writeFilemarks(1));
        assertThat(tape.objects(0))
                .containsExactly(compressible(9, LENGTH_BYTES), SimpleTape.FILEMARK);
    }

    private FakeReply untilFault() {
        FakeReply reply = writeCompressible(5);
        for (int i = 0; i < 10 && reply.isGood(); i++) {
            reply = writeCompressible(6 + i);
        }
        return reply;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 00 00 00 00 00",
                "10 00 00 00 01 00",
                "01 00 00 00 00 00",
                "1B 00 00 00 00 00",
                "19 00 00 00 00 00"
            })
    void commandThatWaitsTellsOfTheFaultAndIsNotExecuted(String cdb) {
        fillBuffer();
        tape.failNextAppend(fault());
        FakeReply reply = host.send(cdb);
        assertSense(reply, "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(tape.endOfData(0)).isZero();
        assertGood(testUnitReady());
    }

    @Test
    void fullStorageIsTold() {
        fillBuffer();
        tape.failNextAppend(new StoreException.NoSpace("somebody else took it", null));
        FakeReply reply = testUnitReady();
        assertThat(reply.outcome()).isEqualTo("0D/00/02");
        assertThat(reply.result().sense().orElseThrow().encode()[0]).isEqualTo((byte) 0x71);
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(tape.objects(0)).containsExactly(compressible(0, LENGTH_BYTES));
    }

    @Test
    void blocksOfTheSameCommandAreLostWithThem() {
        setBlockLength(1_000);
        byte[] data = compressible(7, 16_000);
        for (int i = 0; i < 16; i++) {
            Arrays.fill(data, i * 1_000, i * 1_000 + 900, (byte) i);
        }
        assertGood(writeFixed(3, Arrays.copyOf(data, 3_000)));
        assertThat(tape.endOfData(0)).isLessThan(3);
        tape.failNextAppend(fault());
        FakeReply reply = writeFixed(16, data);
        assertSense(reply, "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(objectNumber()).isZero();
        assertThat(tape.endOfData(0)).isZero();
    }

    @Test
    void faultAtEjectKeepsTheCartridgeUntilItIsTold() {
        fillBuffer();
        tape.failNextAppend(fault());
        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Failed.class);
        assertSense(testUnitReady(), "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Ejected.class);
    }

    @Test
    void faultAtStatusOrResetIsToldToTheNextCommand() {
        fillBuffer();
        tape.failNextAppend(fault());
        drive.status().join();
        assertOutcome(testUnitReady(), "03/0C/00");
        fillBuffer();
        tape.failNextAppend(fault());
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        assertOutcome(testUnitReady(), "06/29/03");
        assertOutcome(testUnitReady(), "03/0C/00");
        assertGood(testUnitReady());
    }
}
