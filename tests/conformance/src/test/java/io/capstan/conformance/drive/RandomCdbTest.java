package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.SenseKey;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random bytes as CDBs and data: whatever is sent, the drive answers, and goes on answering. */
@Conformance(
        subject = "any command, random bytes",
        standard = "SPC-4, Commands for all device types")
class RandomCdbTest extends DriveConformance {

    private static final int COMMANDS = 4_000;

    static IntStream seeds() {
        return IntStream.range(0, 6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverMeetsABug(int seed) {
        Random random = new Random(seed);
        FakeInitiator other = new FakeInitiator(drive, "initiator1");
        for (int i = 0; i < COMMANDS; i++) {
            Cdb cdb = HostileCdb.of(random.nextInt(0x100), () -> (byte) random.nextInt());
            byte[] dataOut = new byte[random.nextInt(300)];
            random.nextBytes(dataOut);
            FakeReply reply =
                    (random.nextBoolean() ? host : other).send(cdb, dataOut, random.nextInt(600));
            assertThat(reply.result().sense().map(sense -> sense.key()))
                    .as("seed %d, command %d: %s", seed, i, cdb)
                    .isNotEqualTo(Optional.of(SenseKey.HARDWARE_ERROR));
        }
        assertThat(drive.status().join().internalTargetFailures()).isZero();
    }
}
