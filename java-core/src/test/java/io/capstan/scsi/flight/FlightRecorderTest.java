package io.capstan.scsi.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded can be read, by a reader at the same time and by one after a crash. */
final class FlightRecorderTest {

    private static final Nexus HOST = new Nexus("iqn.host", "iqn.target");
    private static final int SLOTS = 8;

    @TempDir Path directory;

    private final AtomicLong clock = new AtomicLong(1_000);
    private final TestPosition position = new TestPosition();
    private Path file;

    private static final class TestPosition implements FlightRecorder.PositionSource {

        long objectNumber = -1;
        int partition;

        @Override
        public long objectNumber() {
            return objectNumber;
        }

        @Override
        public int partition() {
            return partition;
        }
    }

    @BeforeEach
    void nameFile() {
        file = directory.resolve("flight/lib0-drive0.flight");
    }

    @Test
    void aCommandIsReadAsItWas() throws IOException {
        FlightRecorder recorder = open();
        position.objectNumber = 0x1_0000_0007L;
        position.partition = 1;
        clock.set(5_000_000);
        SenseData sense =
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.FILEMARK_DETECTED)
                        .withFilemark()
                        .withInformation(-3);

        recorder.finished(
                "SPACE(6)",
                new Task(
                        HOST,
                        Cdb.parse("11 01 00 00 05 00"),
                        DataOut.of(new byte[12]),
                        DataIn.of(new byte[4])),
                CommandResult.checkCondition(sense),
                70_000);

        FlightLog log = FlightLog.open(file);
        assertThat(log.unit()).isEqualTo("lib0/drive0");
        assertThat(log.records())
                .containsExactly(
                        new FlightRecord(
                                1,
                                5_000_000,
                                70_000,
                                Optional.of(new FlightRecord.Nexus("iqn.host", "iqn.target")),
                                Cdb.parse("11 01 00 00 05 00"),
                                12,
                                0,
                                0x02,
                                Optional.of(
                                        new FlightRecord.Sense(
                                                0,
                                                0,
                                                1,
                                                false,
                                                true,
                                                false,
                                                false,
                                                OptionalLong.of(-3))),
                                Optional.of(new FlightRecord.Position(1, 0x1_0000_0007L))));
        assertThat(log.records().getFirst().outcome()).isEqualTo("00/00/01");
    }

    @Test
    void outcomesThatAreNoSense() throws IOException {
        FlightRecorder recorder = open();
        record(recorder, "00 00 00 00 00 00");
        recorder.finished(
                "RESERVED",
                task(HOST, "00 00 00 00 00 00"),
                CommandResult.of(Status.RESERVATION_CONFLICT),
                1);

        assertThat(FlightLog.open(file).records())
                .extracting(FlightRecord::outcome)
                .containsExactly("GOOD", "status 18h");
    }

    @Test
    void theRingKeepsTheLastCommands() throws IOException {
        FlightRecorder recorder = open();
        for (int i = 1; i <= 3 * SLOTS + 2; i++) {
            record(recorder, "08 00 00 00 %02X 00".formatted(i));
        }

        FlightLog log = FlightLog.open(file);
        assertThat(log.lastSequence()).isEqualTo(26);
        assertThat(sequences(log.records()))
                .containsExactly(19L, 20L, 21L, 22L, 23L, 24L, 25L, 26L);
        assertThat(log.records())
                .extracting(record -> record.cdb().u8(4))
                .startsWith(19)
                .endsWith(26);
        assertThat(sequences(log.records(24, SLOTS))).as("after").containsExactly(25L, 26L);
        assertThat(sequences(log.records(0, 3))).as("last").containsExactly(24L, 25L, 26L);
        assertThat(log.records(26, SLOTS)).isEmpty();
        assertThat(Files.size(file)).isEqualTo(FlightRecordDescriptor.lengthBytes(SLOTS));
    }

    /** A host that waits for an archive sends the same READ every few milliseconds, for minutes. */
    @Test
    void aCommandThatIsSentAgainWhileBusyIsOneRecord() throws IOException {
        FlightRecorder recorder = open();
        record(recorder, "01 00 00 00 00 00");
        for (int i = 0; i < 100; i++) {
            clock.set(1_000 + 50 * i);
            busy(recorder, HOST, "08 00 00 10 00 00");
        }
        busy(recorder, HOST, "08 00 00 20 00 00");
        busy(recorder, new Nexus("other", "iqn.target"), "08 00 00 20 00 00");
        record(recorder, "08 00 00 20 00 00");
        busy(recorder, HOST, "08 00 00 20 00 00");

        List<FlightRecord> records = FlightLog.open(file).records();
        assertThat(sequences(records)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(records.get(1).endEpochNanos()).as("the last answer").isEqualTo(1_000 + 50 * 99);
        assertThat(records.get(1).durationNanos()).as("since it came first").isEqualTo(50 * 99 + 1);
    }

    private static void busy(FlightRecorder recorder, Nexus nexus, String cdb) {
        recorder.finished("x", task(nexus, cdb), CommandResult.of(Status.BUSY), 1);
    }

    @Test
    void aRestartGoesOn() throws IOException {
        record(open(), "00 00 00 00 00 00");
        FlightRecorder again = open();
        record(again, "01 00 00 00 00 00");
        again.finished(
                "x",
                task(new Nexus("other", "iqn.target"), "12 00 00 00 00 00"),
                CommandResult.GOOD,
                1);

        assertThat(sequences(FlightLog.open(file).records())).containsExactly(1L, 2L, 3L);
        assertThat(FlightLog.open(file).records())
                .extracting(record -> record.nexus().orElseThrow().initiatorPort())
                .containsExactly("iqn.host", "iqn.host", "other");
    }

    /** A crash in the middle of a record leaves its sequence number 0; power that goes may leave anything else. */
    @Test
    void tornRecordsAreLeftOut() throws IOException {
        FlightRecorder recorder = open();
        for (int i = 0; i < 4; i++) {
            record(recorder, "00 00 00 00 00 00");
        }
        overwrite(FlightRecordDescriptor.slotAt(2, SLOTS) + FlightRecordDescriptor.SEQUENCE_AT, 0);
        overwrite(FlightRecordDescriptor.slotAt(3, SLOTS) + FlightRecordDescriptor.CDB_AT, 0x12);

        assertThat(sequences(FlightLog.open(file).records())).containsExactly(1L, 4L);
    }

    @Test
    void whatIsNoFlightRecordIsPutAside() throws IOException {
        Files.createDirectories(directory.resolve("flight"));
        Files.writeString(file, "something else");

        assertThatThrownBy(() -> FlightLog.open(file)).hasMessageContaining("is no flight record");
        record(open(), "00 00 00 00 00 00");

        assertThat(FlightLog.open(file).records()).hasSize(1);
        assertThat(directory.resolve("flight/lib0-drive0.flight.damaged"))
                .hasContent("something else");
    }

    @Test
    void moreNexusesThanThereIsRoomFor() throws IOException {
        FlightRecorder recorder = FlightRecorder.open(file, "u", 100, position, clock::get);
        for (int i = 0; i < FlightRecordDescriptor.NEXUS_COUNT + 2; i++) {
            recorder.finished(
                    "x",
                    task(new Nexus("host" + i, "t"), "00 00 00 00 00 00"),
                    CommandResult.GOOD,
                    1);
        }

        List<FlightRecord> records = FlightLog.open(file).records();
        assertThat(records.get(63).nexus().orElseThrow().initiatorPort()).isEqualTo("host63");
        assertThat(records.get(64).nexus()).isEmpty();
        assertThat(records.getLast().nexus()).isEmpty();
    }

    @Test
    void longCdbsAreCut() throws IOException {
        FlightRecorder recorder = open();
        record(recorder, "7F" + " 11".repeat(259));

        assertThat(FlightLog.open(file).records().getFirst().cdb().lengthBytes()).isEqualTo(36);
    }

    /** Every record a reader gets is one that was written, whole, while the writer runs round the ring. */
    @Test
    void aReaderAtTheSameTimeSeesWholeRecordsOnly() throws Exception {
        FlightRecorder recorder = open();
        AtomicBoolean done = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 200_000 && !done.get(); i++) {
                                position.objectNumber = i;
                                record(recorder, "0A 00 %06X 00".formatted(i));
                            }
                        });
        FlightLog log = FlightLog.open(file);
        for (int round = 0; round < 200; round++) {
            for (FlightRecord record : log.records()) {
                long written = record.sequence() - 1;
                assertThat(record.cdb().u24(2)).isEqualTo((int) written);
                assertThat(record.position().orElseThrow().objectNumber()).isEqualTo(written);
            }
        }
        done.set(true);
        writer.join();
    }

    private FlightRecorder open() throws IOException {
        return FlightRecorder.open(file, "lib0/drive0", SLOTS, position, clock::get);
    }

    private static void record(FlightRecorder recorder, String cdb) {
        recorder.finished("x", task(HOST, cdb), CommandResult.GOOD, 1);
    }

    private static Task task(Nexus nexus, String cdb) {
        return new Task(nexus, Cdb.parse(cdb), DataOut.NONE, DataIn.none());
    }

    private static List<Long> sequences(List<FlightRecord> records) {
        return records.stream().map(FlightRecord::sequence).toList();
    }

    private void overwrite(int at, int value) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.write(value);
        }
    }
}
