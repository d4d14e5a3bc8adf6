package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.conformance.drive.ExpectedTape.Answer;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random commands on a drive with a small cartridge of two partitions, each compared with {@link ExpectedTape}: status,
 * sense, INFORMATION, data, and the position afterwards; in the end the whole tape.
 */
@Conformance(subject = "random command sequences", standard = "SSC-4, Command set")
class DriveModelTest extends DriveConformance {

    private static final int COMMANDS = 1_500;
    private static final int PARTITIONS = 2;
    private static final long PARTITION_BYTES = 40_000;
    private static final long LARGE_PARTITION_BYTES = 400_000_000;
    private static final int[] BLOCK_LENGTHS = {0, 0, 1, 512, 1000};

    private boolean compressible;
    private boolean encrypting;
    private ExpectedTape expected = new ExpectedTape(PARTITIONS, PARTITION_BYTES);
    private Random random = new Random(0);

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    /** A command, with what was expected and what came. */
    private record Step(String command, Answer expected, FakeReply reply) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAsExpected(int seed) {
        run(seed, PARTITION_BYTES);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(tape.objects(partition))
                    .containsExactlyElementsOf(expected.objects(partition));
        }
    }

    /** Far from early-warning, because the expected tape does not know what blocks are compressed to. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {100, 101, 102, 103, 104})
    void answersTheSameWhenDataCompress(int seed) {
        compressible = true;
        run(seed, LARGE_PARTITION_BYTES);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(tape.objects(partition))
                    .containsExactlyElementsOf(expected.objects(partition));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {200, 201, 202, 203, 204})
    void answersTheSameWhenDataAreEncrypted(int seed) {
        compressible = true;
        encrypting = true;
        run(seed, LARGE_PARTITION_BYTES);
    }

    private void run(int seed, long partitionBytes) {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(
                                0x88, 0x5E, PARTITIONS * partitionBytes, false, false),
                        List.of(partitionBytes, partitionBytes)));
        expected = new ExpectedTape(PARTITIONS, partitionBytes);
        random = new Random(seed);
        if (encrypting) {
            assertGood(
                    EncryptionConformance.setEncryption(
                            host, "40", "00", "02 02", EncryptionConformance.KEY_1, ""));
        }
        for (int i = 0; i < COMMANDS; i++) {
            Step step = step();
            String what = "seed %d, command %d: %s".formatted(seed, i, step.command());
            compare(what, step);
        }
    }

    private void compare(String what, Step step) {
        FakeReply reply = step.reply();
        OptionalLong information =
                reply.result()
                        .sense()
                        .map(sense -> sense.information())
                        .orElse(OptionalLong.empty());
        assertThat(reply.outcome()).as(what).isEqualTo(step.expected().outcome());
        assertThat(information).as(what).isEqualTo(step.expected().information());
        assertThat(reply.data()).as(what).isEqualTo(step.expected().data());
        FakeReply position = readPosition();
        assertThat(position.u32(4)).as(what).isEqualTo(expected.partition());
        assertThat(position.u64(8)).as(what).isEqualTo(expected.at());
        assertThat(position.u64(16)).as(what).isEqualTo(expected.filesBefore());
    }

    private Step step() {
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> writeVariable();
            case 4, 5 -> writeFixedBlocks();
            case 6, 7 -> writeSomeFilemarks();
            case 8, 9, 10 -> readVariable();
            case 11, 12 -> readFixedBlocks();
            case 13 -> verify();
            case 14, 15 -> spaceOverBlocks();
            case 16, 17 -> spaceOverFilemarks();
            case 18 ->
                    new Step(
                            "SPACE EOD",
                            expected.spaceToEndOfData(),
                            host.send("11 03 00 00 00 00"));
            case 19 -> locateObject();
            case 20 -> locateFile();
            case 21 -> new Step("REWIND", expected.rewind(), rewind());
            case 22 -> setSomeBlockLength();
            default -> random.nextInt(4) == 0 ? erase() : shortBuffer();
        };
    }

    private byte[] bytes(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        random.nextBytes(bytes);
        if (compressible && random.nextBoolean()) {
            Arrays.fill(bytes, lengthBytes / 5, lengthBytes, (byte) 0);
        }
        return bytes;
    }

    private Step writeVariable() {
        byte[] block = bytes(random.nextInt(random.nextBoolean() ? 100 : 4_000));
        return new Step(
                "WRITE " + block.length,
                expected.write(block),
                host.send("0A 00 " + u24(block.length) + " 00", block));
    }

    private Step writeFixedBlocks() {
        int count = random.nextInt(6);
        byte[] data = bytes(count * expected.blockLength());
        return new Step(
                "WRITE FIXED %d of %d".formatted(count, expected.blockLength()),
                expected.writeFixed(count, data),
                writeFixed(count, data));
    }

    private Step writeSomeFilemarks() {
        int count = random.nextInt(4);
        boolean immediate = random.nextInt(3) == 0;
        Step step =
                new Step(
                        "WRITE FILEMARKS " + count,
                        expected.writeFilemarks(count),
                        host.send("10 0" + (immediate ? 1 : 0) + u24(count) + "00"));
        assertThat(immediate || !tape.hasUnsynchronizedObjects()).isTrue();
        return step;
    }

    private Step readVariable() {
        int length = random.nextInt(5_000);
        boolean suppress = random.nextBoolean();
        return new Step(
                "READ " + length + (suppress ? " SILI" : ""),
                expected.read(length, suppress),
                suppress ? readSuppressingIncorrectLength(length) : read(length));
    }

    private Step readFixedBlocks() {
        int count = random.nextInt(6);
        return new Step(
                "READ FIXED " + count,
                expected.readFixed(count, true),
                readFixed(count, expected.blockLength()));
    }

    private Step verify() {
        int count = random.nextInt(4);
        return random.nextBoolean()
                ? new Step(
                        "VERIFY FIXED " + count,
                        expected.readFixed(count, false),
                        host.send("13 01" + u24(count) + "00"))
                : new Step(
                        "VERIFY BY FILEMARKS " + count,
                        expected.verifyByFilemarks(count),
                        host.send("13 08" + u24(count) + "00"));
    }

    private Step spaceOverBlocks() {
        int count = random.nextInt(-12, 13);
        Step step =
                new Step("SPACE BLOCKS " + count, expected.spaceBlocks(count), spaceBlocks(count));
        assertThat(count == 0 || !tape.hasUnsynchronizedObjects()).isTrue();
        return step;
    }

    private Step spaceOverFilemarks() {
        int count = random.nextInt(-5, 6);
        return new Step(
                "SPACE FILEMARKS " + count, expected.spaceFilemarks(count), spaceFilemarks(count));
    }

    private Step locateObject() {
        int partition = random.nextInt(PARTITIONS + 1);
        int object = random.nextInt(60);
        Answer answer = expected.locate(partition, object);
        return random.nextBoolean()
                ? new Step(
                        "LOCATE(10) %d/%d".formatted(partition, object),
                        answer,
                        host.send("2B 02 00 %s 00 %02X 00".formatted(u32(object), partition)))
                : new Step(
                        "LOCATE(16) %d/%d".formatted(partition, object),
                        answer,
                        host.send(
                                "92 02 00 %02X 00 00 00 00 %s 00 00 00 00"
                                        .formatted(partition, u32(object))));
    }

    private Step locateFile() {
        int partition = random.nextInt(PARTITIONS);
        int file = random.nextInt(12);
        return new Step(
                "LOCATE FILE %d/%d".formatted(partition, file),
                expected.locateFile(partition, file),
                host.send(
                        "92 0A 00 %02X 00 00 00 00 %s 00 00 00 00"
                                .formatted(partition, u32(file))));
    }

    private Step erase() {
        return new Step("ERASE", expected.erase(), host.send("19 00 00 00 00 00"));
    }

    private Step shortBuffer() {
        return random.nextBoolean()
                ? new Step(
                        "WRITE with a short buffer",
                        Answer.of(ExpectedTape.INVALID_FIELD),
                        host.send("0A 00 00 10 00 00", bytes(random.nextInt(0x1000))))
                : new Step(
                        "READ with a short buffer",
                        Answer.of(ExpectedTape.INVALID_FIELD),
                        host.receive("08 00 00 10 00 00", random.nextInt(0x1000)));
    }

    private Step setSomeBlockLength() {
        int lengthBytes = BLOCK_LENGTHS[random.nextInt(BLOCK_LENGTHS.length)];
        expected.setBlockLength(lengthBytes);
        setBlockLength(lengthBytes);
        return new Step("block length " + lengthBytes, Answer.GOOD, testUnitReady());
    }
}
