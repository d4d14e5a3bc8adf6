package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one initiator does, another one is served. */
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
        } catch (java.net.SocketException dropped) {
            // Rightly so.
        }
    }
}
