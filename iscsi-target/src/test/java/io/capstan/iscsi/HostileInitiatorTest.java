package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one initiator does, another one is served. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostileInitiatorTest {

    private static final IscsiLimits LIMITS =
            new IscsiLimits(
                    64 << 10, 128 << 10, 256 << 10, 4, false, true, 1 << 20, 8, 16, 8, 8L << 20, 1,
                    30, 30);
    private static final Cdb TEST_UNIT_READY = Cdb.parse("000000000000");

    private final TestTarget target;
    private final IscsiInitiator honest;

    HostileInitiatorTest() throws IOException {
        target = new TestTarget(LIMITS, AccessRules.OPEN, Optional.empty(), new TinyDisk(4096));
        honest = target.login(1);
    }

    @AfterEach
    void honestInitiatorIsServed() throws IOException {
        try (target;
                honest) {
            assertThat(honest.execute(0, TEST_UNIT_READY, new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void oversizedSegmentsEndTheConnection() throws IOException {
        try (IscsiInitiator hostile = target.login(2)) {
            Pdu pdu = Pdu.of(0x00, 0x80);
            pdu.header().putInt(4, 0xFF_FFFF);
            hostile.sendRaw(pdu.header().array());
            assertThat(hostile.isClosedByTarget()).isTrue();
        }
    }

    @Test
    void aGapInCmdSnEndsTheConnection() throws IOException {
        try (IscsiInitiator hostile = target.login(2)) {
            hostile.send(Pdu.of(0x01, 0x80).i32(16, 9).i32(24, 3));
            assertThat(hostile.isClosedByTarget()).isTrue();
        }
    }

    @Test
    void slowLoginsAreEnded() throws IOException {
        try (IscsiInitiator hostile = target.connect()) {
            hostile.sendRaw(new byte[] {0x43, (byte) 0x87});
            assertThat(hostile.isClosedByTarget()).isTrue();
        }
    }

    @Test
    void connectionsOverTheLimitAreClosed() throws IOException {
        List<IscsiInitiator> many = new ArrayList<>();
        for (int i = 1; i < LIMITS.connectionsMax(); i++) {
            many.add(target.connect());
        }
        try (IscsiInitiator over = target.connect()) {
            assertThat(over.isClosedByTarget()).isTrue();
        }
        for (IscsiInitiator one : many) {
            one.close();
        }
    }

    @Test
    void commandsWithoutTheirDataTakeABoundedPartOfTheMemory() throws IOException {
        try (IscsiInitiator hostile = target.login(2, "ImmediateData", "No")) {
            List<Integer> tags = new ArrayList<>();
            for (int i = 0; i < LIMITS.commandsMax(); i++) {
                Pdu command = hostile.command(0, Cdb.parse("2A000000000000040000"), 0xA0, 1 << 20);
                hostile.send(command);
                tags.add(command.i32(16));
            }
            for (int i = 0; i < tags.size(); i++) {
                int opcode = i < 2 ? 0x31 : -1;
                if (opcode > 0) {
                    assertThat(hostile.receive().opcode()).isEqualTo(opcode);
                }
            }
            assertThat(honest.execute(0, TEST_UNIT_READY, new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
            byte[] block = new byte[512];
            assertThat(honest.execute(0, Cdb.parse("2A000000000000000100"), block, 0).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void aStormOfLoginsIsRefusedBeyondTheLimitAndForgotten() throws IOException {
        for (int round = 0; round < 40; round++) {
            try (IscsiInitiator hostile = target.connect()) {
                int status = hostile.login(TestTarget.HOST, "iqn.2026-01.io.capstan:none", 7);
                assertThat(status).isEqualTo(0x0203);
            } catch (EOFException | SocketException closed) {
                // Connections that are just being closed count against the limit.
            }
        }
        await(() -> loginWorks(8));
    }

    /** More sessions than there may be connections, one after the other on one initiator port. */
    @Test
    void reinstatementsOneAfterTheOtherLeaveOneSession() throws IOException {
        for (int round = 0; round < 3 * LIMITS.connectionsMax(); round++) {
            await(() -> loginWorks(9));
        }
        await(() -> target.server().sessions().size() <= 2);
    }

    private boolean loginWorks(long isid) {
        try (IscsiInitiator host = target.connect()) {
            return host.login(TestTarget.HOST, TestTarget.NAME, isid) == 0;
        } catch (IOException closed) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void whatIsOutsideTheWindowIsIgnored() throws IOException {
        try (IscsiInitiator hostile = target.login(2)) {
            int next = hostile.next(Pdu.of(0x00, 0x80)).i32(24);
            for (int cmdSn :
                    new int[] {next - 1, next + LIMITS.commandsMax(), next + 0x4000_0000}) {
                hostile.send(Pdu.of(0x01, 0x80).i32(16, 9).i32(24, cmdSn));
            }
            Pdu ping = Pdu.of(0x00, 0x80).i32(16, 77).i32(20, -1).i32(24, next);
            hostile.send(ping);
            Pdu answer = hostile.receive();
            assertThat(answer.opcode()).isEqualTo(0x20);
            assertThat(answer.i32(16)).isEqualTo(77);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 47, 48, 300})
    void aPduThatIsCutOffTakesNothingWithIt(int lengthBytes) throws IOException {
        try (IscsiInitiator hostile = target.login(2)) {
            Pdu command = hostile.command(0, Cdb.parse("2A000000000000000100"), 0xA0, 512);
            command.header().putInt(4, 512);
            byte[] whole = Arrays.copyOf(command.header().array(), 48 + 512);
            hostile.sendRaw(Arrays.copyOf(whole, lengthBytes));
        }
        await(() -> target.server().sessions().size() == 1);
        assertThat(honest.execute(0, Cdb.parse("28000000000000000100"), new byte[0], 512).data())
                .containsOnly(0);
    }

    /** Bytes that are nearly right: a header of zeros with a few fields set, cut off anywhere. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomPdusHurtNobodyElse(long seed) throws IOException {
        Random random = new Random(seed);
        try (IscsiInitiator hostile = target.login(2, "HeaderDigest", "None", "InitialR2T", "No")) {
            for (int i = 0; i < 200; i++) {
                byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(2000) : 0];
                Pdu pdu = Pdu.of(random.nextInt(0x60), random.nextInt(256), data);
                pdu.i64(8, (long) random.nextInt(3) << 48)
                        .i32(16, random.nextInt(12))
                        .i32(20, random.nextInt(5000))
                        .i32(24, 2 + i)
                        .i32(36, random.nextInt(2))
                        .i32(40, random.nextInt(3) * 512);
                pdu.u8(32, random.nextBoolean() ? 0x2A : random.nextInt(256)).u8(40, 1);
                hostile.send(pdu);
            }
            hostile.sendRaw(new byte[random.nextInt(47)]);
        } catch (SocketException dropped) {
            // Rightly so.
        }
    }
}
