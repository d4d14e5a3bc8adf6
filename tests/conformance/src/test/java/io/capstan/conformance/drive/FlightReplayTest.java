package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FlightReplay;
import io.capstan.medium.MediumPosition;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.flight.FlightLog;
import io.capstan.scsi.flight.FlightRecord;
import io.capstan.scsi.flight.FlightRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A session that was recorded, replayed on a fresh drive, has the same outcomes and leaves the tape at the same place. */
@Conformance(subject = "recorded session, replayed", standard = "SSC-4, Command set")
@Tag("direct")
final class FlightReplayTest extends DriveConformance {

    private static final int COMMANDS = 400;

    @TempDir Path directory;

    static LongStream seeds() {
        return LongStream.range(0, 5);
    }

    private static final class Position implements FlightRecorder.PositionSource {

        private TapeDrive drive;

        @Override
        public long objectNumber() {
            return drive.position().map(MediumPosition::objectNumber).orElse(-1L);
        }

        @Override
        public int partition() {
            return drive.position().map(MediumPosition::partition).orElse(0);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void recordedAndReplayed(long seed) throws IOException {
        Path file = directory.resolve("drive.flight");
        recordSession(file, new Random(seed));
        List<FlightRecord> records = FlightLog.open(file).records();
        assertThat(records).hasSizeGreaterThan(COMMANDS);
        MediumPosition left = drive.position().orElseThrow();

        use(builder().build(), SimpleTape.blank("TST001L8", CAPACITY_BYTES));
        FlightReplay replay = new FlightReplay(drive);
        replay.run(records);

        assertThat(replay.differences()).as("seed %d", seed).isEmpty();
        assertThat(replay.notReplayable()).isEmpty();
        assertThat(drive.position()).as("seed %d", seed).contains(left);
        assertThat(records.getLast().position())
                .contains(new FlightRecord.Position(left.partition(), left.objectNumber()));
    }

    /** The replay says so when a drive behaves otherwise: here because it has no tape. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDifferenceIsFound(long seed) throws IOException {
        Path file = directory.resolve("drive.flight");
        recordSession(file, new Random(seed));
        use(builder().build());
        host.clearUnitAttentions();
        FlightReplay replay = new FlightReplay(drive);

        replay.run(FlightLog.open(file).records());

        assertThat(replay.differences()).as("seed %d", seed).isNotEmpty();
        assertThat(replay.differences().getFirst().replayed()).startsWith("02/3A/00");
    }

    /** Begins behind the unit attentions of a drive that was just loaded, as the drive of the replay does. */
    private void recordSession(Path file, Random random) throws IOException {
        Position position = new Position();
        FlightRecorder recorder = FlightRecorder.open(file, "lib0/drive0", 4096, position);
        TapeDrive recorded =
                builder()
                        .observer((name, task, result, elapsedNanos) -> {
                            if (position.drive != null) {
                                recorder.finished(name, task, result, elapsedNanos);
                            }
                        })
                        .build();
        use(recorded, SimpleTape.blank("TST001L8", CAPACITY_BYTES));
        position.drive = recorded;
        write(0, 100);
        for (int i = 0; i < COMMANDS; i++) {
            step(random);
        }
    }

    private void step(Random random) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> write(random.nextInt(), 1 + random.nextInt(2000));
            case 3 -> writeFilemarks(random.nextInt(3));
            case 4, 5, 6 -> read(1 + random.nextInt(2000));
            case 7 -> spaceBlocks(random.nextInt(21) - 10);
            case 8 -> spaceFilemarks(random.nextInt(7) - 3);
            case 9 -> rewind();
            case 10 -> locate(random.nextInt(60));
            default -> host.receive("34 00 00 00 00 00 00 00 00 00", 20);
        }
    }
}
