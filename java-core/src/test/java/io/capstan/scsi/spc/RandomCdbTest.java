package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random CDBs, buffers and events: every command ends, with a result that is valid, and none meets a bug. */
@Timeout(60)
class RandomCdbTest {

    private static final int COMMANDS = 10_000;
    private static final int STALE = 0xA5;

    static Stream<Long> seeds() {
        return LongStream.of(1, 2, new Random().nextLong()).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyCommandEndsValidly(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        SpcBench bench = new SpcBench();
        List<CommandDescriptor<?>> commands = SpcBench.commands().descriptors();
        int good = 0;
        for (int round = 0; round < COMMANDS; round++) {
            disturb(bench, random);
            byte[] cdb = cdb(commands, random);
            byte[] dataOut = dataOut(random);
            byte[] memory = new byte[random.nextInt(600)];
            Arrays.fill(memory, (byte) STALE);
            DataIn dataIn = DataIn.of(memory);
            Task task =
                    new Task(
                            random.nextBoolean() ? SpcBench.A : SpcBench.B,
                            Cdb.of(cdb),
                            DataOut.of(dataOut),
                            dataIn);

            CommandResult result = bench.logicalUnit.execute(task);

            String what =
                    "seed %d round %d CDB %s out %s".formatted(seed, round, hex(cdb), hex(dataOut));
            assertThat(dataIn.transferredBytes()).as(what).isBetween(0L, (long) memory.length);
            checkUntouched(memory, (int) dataIn.transferredBytes(), what);
            result.sense().ifPresent(sense -> checkSense(sense, what));
            assertThat(bench.logicalUnit.internalTargetFailures()).as(what).isZero();
            good += result.status() == Status.GOOD ? 1 : 0;
        }
        assertThat(good).as("commands that got through").isBetween(COMMANDS / 20, COMMANDS - 1);
        assertThat(bench.observed).hasSize(COMMANDS);
    }

    private static void disturb(SpcBench bench, Random random) {
        switch (random.nextInt(400)) {
            case 0 -> bench.unitAttentions.raise(pick(AdditionalSense.values(), random));
            case 1 ->
                    bench.deferredErrors.post(
                            SenseData.of(
                                    pick(SenseKey.values(), random),
                                    pick(AdditionalSense.values(), random)));
            case 2 ->
                    bench.logicalUnit.manage(
                            pick(TaskManagementFunction.values(), random), SpcBench.A);
            case 3 -> bench.tapeAlerts = random.nextLong();
            case 4 -> bench.restart();
            default -> {}
        }
    }

    /** A third at random, the others of a known command with few or many of its bits set, so that decoders are reached. */
    private static byte[] cdb(List<CommandDescriptor<?>> commands, Random random) {
        byte[] noise = new byte[1 + random.nextInt(40)];
        random.nextBytes(noise);
        if (random.nextInt(3) == 0) {
            return noise;
        }
        CommandDescriptor<?> command = commands.get(random.nextInt(commands.size()));
        byte[] cdb = command.usage();
        for (int at = 1; at < cdb.length; at++) {
            int mask = random.nextBoolean() ? random.nextInt(256) : random.nextInt(4);
            cdb[at] = (byte) (cdb[at] & mask);
        }
        cdb[0] = (byte) command.operationCode();
        command.serviceAction().ifPresent(action -> cdb[1] = (byte) ((cdb[1] & 0xE0) | action));
        if (random.nextInt(20) == 0) {
            cdb[random.nextInt(cdb.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return cdb;
    }

    /** Noise, or what looks like a mode parameter list with a page that is there. */
    private static byte[] dataOut(Random random) {
        byte[] data = new byte[random.nextInt(64)];
        random.nextBytes(data);
        if (data.length >= 8 && random.nextBoolean()) {
            int headerLengthBytes = random.nextBoolean() ? 4 : 8;
            Arrays.fill(data, 0, headerLengthBytes, (byte) 0);
            byte[] page = {0x10, 6, 0, 0, (byte) random.nextInt(3), (byte) random.nextInt(3), 0, 0};
            System.arraycopy(
                    page, 0, data, headerLengthBytes, Math.min(8, data.length - headerLengthBytes));
        }
        return data;
    }

    private static void checkUntouched(byte[] memory, int from, String what) {
        for (int at = from; at < memory.length; at++) {
            if (memory[at] != (byte) STALE) {
                assertThat(memory[at])
                        .as("byte %d behind the valid ones, %s", at, what)
                        .isEqualTo((byte) STALE);
            }
        }
    }

    /** Both formats can be encoded, and a field pointer is one, into the CDB. */
    private static void checkSense(SenseData sense, String what) {
        assertThat(sense.encode()).as(what).hasSize(SenseData.LENGTH_BYTES);
        assertThat(sense.encodeDescriptorFormat()).as(what).hasSizeGreaterThanOrEqualTo(8);
        if (sense.additionalSense() != AdditionalSense.INVALID_FIELD_IN_CDB
                || sense.senseKeySpecific().isEmpty()) {
            return;
        }
        int pointer = sense.senseKeySpecific().getAsInt();
        assertThat(pointer & 0xFFFF).as(what).isBetween(1, 15);
        assertThat(pointer >> 22).as(what).isEqualTo(3);
    }

    private static <T> T pick(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
