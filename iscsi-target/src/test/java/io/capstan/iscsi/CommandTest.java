package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.IscsiInitiator.Reply;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.TaskManagementFunction;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SCSI commands over a session: data in every way it can travel, residuals, order, task management. */
class CommandTest {

    private static final int BLOCKS = 8192;

    private final TinyDisk disk = new TinyDisk(BLOCKS);
    private final TestTarget target;

    CommandTest() throws IOException {
        target = new TestTarget(disk);
    }

    @AfterEach
    void closeTarget() {
        target.close();
        assertThat(disk.loans()).as("loans not given back").isZero();
    }

    private static byte[] random(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(bytes);
        return bytes;
    }

    private static Cdb write10(int block, int count) {
        return Cdb.parse("2A 00 %08X 00 %04X 00".formatted(block, count));
    }

    private static Cdb read10(int block, int count) {
        return Cdb.parse("28 00 %08X 00 %04X 00".formatted(block, count));
    }

    @ParameterizedTest(name = "{0} blocks, immediate {1}, R2T {2}, digests {3}")
    @CsvSource({
        "1,Yes,No,None",
        "1,No,Yes,CRC32C",
        "127,Yes,No,CRC32C",
        "200,No,No,None",
        "600,Yes,No,CRC32C",
        "600,Yes,Yes,None",
        "3000,No,Yes,CRC32C"
    })
    void dataComesBackAsItWasWritten(
            int blocks, String immediateData, String initialR2t, String digest) throws IOException {
        byte[] data = random(blocks * TinyDisk.BLOCK_BYTES);
        try (IscsiInitiator host =
                target.login(
                        1,
                        "ImmediateData",
                        immediateData,
                        "InitialR2T",
                        initialR2t,
                        "HeaderDigest",
                        digest,
                        "DataDigest",
                        digest,
                        "MaxRecvDataSegmentLength",
                        "4096",
                        "MaxBurstLength",
                        "65536",
                        "FirstBurstLength",
                        "16384",
                        "MaxOutstandingR2T",
                        "3")) {
            assertThat(host.execute(0, write10(7, blocks), data, 0).outcome()).isEqualTo("GOOD");
            Reply reply = host.execute(0, read10(7, blocks), new byte[0], data.length);

            assertThat(reply.outcome()).isEqualTo("GOOD");
            assertThat(reply.data()).isEqualTo(data);
            assertThat(reply.flags() & 6).isZero();
            assertThat(host.logout()).isZero();
        }
    }

    @Test
    void buffersAreUsedAgain() throws IOException {
        byte[] data = random(128 * TinyDisk.BLOCK_BYTES);
        try (IscsiInitiator host = target.login(1, "MaxRecvDataSegmentLength", "65536")) {
            for (int i = 0; i < 50; i++) {
                assertThat(host.execute(0, write10(7, 128), data, 0).outcome()).isEqualTo("GOOD");
                assertThat(host.execute(0, read10(7, 128), new byte[0], data.length).outcome())
                        .isEqualTo("GOOD");
            }
        }

        // One for a write, and a second while the host has its data and the target not yet heard of
        // it.
        assertThat(target.count(IscsiCounter.BUFFERS_MADE)).isBetween(1L, 4L);
    }

    @Test
    void whatIsLentIsGivenBackThoughNobodyTakesIt() throws Exception {
        try (IscsiInitiator host = target.login(1)) {
            for (int i = 0; i < 6; i++) {
                host.send(host.command(0, read10(0, 4000), 0xC0, 4000 * TinyDisk.BLOCK_BYTES));
            }
            while (disk.loansMade() < 2) {
                Thread.sleep(1);
            }
        }
        // The rest is for closeTarget() to see.
    }

    @Test
    void theLogicalUnitGetsReadyWhileTheInitiatorTakesWhatItRead() throws Exception {
        try (IscsiInitiator host = target.login(1)) {
            host.execute(0, read10(0, 1), new byte[0], TinyDisk.BLOCK_BYTES);
            target.settle();
            target.settle();
            assertThat(disk.preparations()).as("after a short transfer").isZero();

            host.execute(0, read10(0, 256), new byte[0], 256 * TinyDisk.BLOCK_BYTES);
            while (disk.preparations() == 0) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void unsolicitedDataFollowsImmediateData() throws IOException {
        try (IscsiInitiator host =
                target.login(1, "InitialR2T", "No", "FirstBurstLength", "4096")) {
            byte[] data = random(4096);
            Pdu command = host.command(0, write10(0, 8), 0x20, 4096, Arrays.copyOf(data, 1001));
            host.send(command);
            Pdu first = Pdu.of(0x05, 0, Arrays.copyOfRange(data, 1001, 3000));
            host.send(first.i32(16, command.i32(16)).i32(20, -1).i32(36, 0).i32(40, 1001));
            Pdu second = Pdu.of(0x05, 0x80, Arrays.copyOfRange(data, 3000, 4096));
            host.send(second.i32(16, command.i32(16)).i32(20, -1).i32(36, 1).i32(40, 3000));

            assertThat(host.complete(command.i32(16), data, 4096).outcome()).isEqualTo("GOOD");
            assertThat(Arrays.copyOf(disk.content(), 4096)).isEqualTo(data);
        }
    }

    @ParameterizedTest(name = "DataSN {0}, offset {1}, transfer tag {2}")
    @CsvSource({"1,0,-1", "0,4,-1", "0,0,77", "-1,0,-1"})
    void dataOutOfSequenceFailsTheCommandAndNotTheSession(int dataSn, int offset, int tag)
            throws IOException {
        try (IscsiInitiator host = target.login(1, "InitialR2T", "No", "ImmediateData", "No")) {
            Pdu command = host.command(0, write10(0, 1), 0x20, 512);
            host.send(command);
            Pdu data = Pdu.of(0x05, 0x80, new byte[512 - offset]);
            host.send(data.i32(16, command.i32(16)).i32(20, tag).i32(36, dataSn).i32(40, offset));

            assertThat(host.complete(command.i32(16), new byte[0], 0).outcome())
                    .isEqualTo("0B/0C/0D");
            assertThat(host.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void moreImmediateDataThanTheFirstBurstIsNotExecuted() throws IOException {
        try (IscsiInitiator host = target.login(1, "FirstBurstLength", "512")) {
            Pdu command = host.command(0, write10(0, 2), 0xA0, 1024, random(1024));
            host.send(command);

            assertThat(host.complete(command.i32(16), new byte[0], 0).outcome())
                    .isEqualTo("0B/0C/0C");
            assertThat(disk.content()).containsOnly(0);
        }
    }

    @Test
    void wrongDataDigestFailsTheCommand() throws IOException {
        try (IscsiInitiator host = target.login(1, "DataDigest", "CRC32C")) {
            Pdu command = host.command(0, write10(0, 1), 0xA0, 512, random(512));
            command.header().putInt(4, 512);
            host.sendRaw(command.header().array());
            host.sendRaw(new byte[512]);
            host.sendRaw(new byte[] {1, 2, 3, 4});

            Pdu reject = host.receive();
            assertThat(reject.opcode()).isEqualTo(0x3F);
            assertThat(reject.u8(2)).isEqualTo(2);
            assertThat(host.complete(command.i32(16), new byte[0], 0).outcome())
                    .isEqualTo("0B/47/05");
        }
    }

    @Test
    void wrongHeaderDigestEndsTheConnection() throws IOException {
        try (IscsiInitiator host = target.login(1, "HeaderDigest", "CRC32C")) {
            host.sendRaw(host.command(0, write10(0, 0), 0x80, 0).header().array());
            host.sendRaw(new byte[] {9, 9, 9, 9});

            assertThat(host.isClosedByTarget()).isTrue();
        }
    }

    @Test
    void residualsSayWhatWasExpectedInVain() throws IOException {
        try (IscsiInitiator host = target.login(1)) {
            Reply under = host.execute(0, read10(0, 1), new byte[0], 1024);
            assertThat(under.underflow()).isTrue();
            assertThat(under.residual()).isEqualTo(512);
            assertThat(under.data()).hasSize(512);

            Reply over = host.execute(0, read10(0, 2), new byte[0], 512);
            assertThat(over.overflow()).isTrue();
            assertThat(over.residual()).isEqualTo(512);
            assertThat(over.data()).hasSize(512);

            Reply writeUnder = host.execute(0, write10(0, 1), new byte[1024], 0);
            assertThat(writeUnder.underflow()).isTrue();
            assertThat(writeUnder.residual()).isEqualTo(512);

            Reply writeOver = host.execute(0, write10(0, 2), new byte[512], 0);
            assertThat(writeOver.overflow()).isTrue();
            assertThat(writeOver.residual()).isEqualTo(512);
        }
    }

    @Test
    void commandsOutsideTheWindowAreIgnored() throws IOException {
        try (IscsiInitiator host = target.login(1)) {
            Pdu tooHigh = Pdu.of(0x01, 0x80).i32(16, 9).i32(24, 5000);
            host.send(tooHigh);
            Pdu tooLow = Pdu.of(0x01, 0x80).i32(16, 10).i32(24, 0);
            host.send(tooLow);

            assertThat(host.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void lunsWithoutLogicalUnitAreToldSo() throws IOException {
        try (IscsiInitiator host = target.login(1)) {
            Reply inquiry = host.execute(5, Cdb.parse("120000002400"), new byte[0], 36);
            assertThat(inquiry.data()[0]).isEqualTo((byte) 0x7F);
            assertThat(host.execute(5, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("05/25/00");
            assertThat(host.execute(5, write10(0, 1), new byte[512], 0).outcome())
                    .isEqualTo("05/25/00");
            Reply luns = host.execute(0, Cdb.parse("A00000000000000000400000"), new byte[0], 64);
            assertThat(luns.data()).hasSize(16).startsWith(0, 0, 0, 8);
        }
    }

    @Test
    void aResetReachesTheLogicalUnit() throws IOException {
        try (IscsiInitiator host = target.login(1)) {
            assertThat(host.manage(5, 0, 0)).isZero();
            assertThat(target.onOwner(0, disk::managed))
                    .contains(TaskManagementFunction.LOGICAL_UNIT_RESET);
            assertThat(host.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("06/29/03");
            assertThat(host.manage(5, 3, 0)).isEqualTo(2);
            assertThat(host.manage(1, 0, 4711)).isEqualTo(1);
            assertThat(host.manage(8, 0, 0)).isEqualTo(4);
        }
    }

    @Test
    void aWriteThatWaitsForItsDataCanBeAborted() throws IOException {
        try (IscsiInitiator host = target.login(1, "ImmediateData", "No")) {
            Pdu command = host.command(0, write10(0, 1), 0xA0, 512);
            host.send(command);
            Pdu r2t = host.receive();
            assertThat(r2t.opcode()).isEqualTo(0x31);

            assertThat(host.manage(1, 0, command.i32(16))).isZero();
            Pdu late = Pdu.of(0x05, 0x80, random(512));
            host.send(late.i32(16, command.i32(16)).i32(20, r2t.i32(20)));
            assertThat(host.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
            assertThat(disk.content()).containsOnly(0);
        }
    }
}
