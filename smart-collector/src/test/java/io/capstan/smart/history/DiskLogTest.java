package io.capstan.smart.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** D3 and D4: rows when something changed, a day's extremes for what always changes, events. */
class DiskLogTest {

    private static final int DAY = 24 * 3600;

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("disk.log");
    }

    private static SortedMap<String, Long> map(Object... entries) {
        SortedMap<String, Long> map = new TreeMap<>();
        for (int index = 0; index < entries.length; index += 2) {
            map.put((String) entries[index], ((Number) entries[index + 1]).longValue());
        }
        return map;
    }

    @Test
    void rowIsWrittenOnlyWhenSomethingChanged() throws IOException {
        try (DiskLog log = DiskLog.open(file)) {
            log.observe(1000, 10, map("a", 1, "b", 0), map());
            log.observe(2000, 11, map("a", 1, "b", 0), map());
            log.observe(3000, 12, map("a", 2, "b", 0), map());
            log.observe(4000, 13, map("a", 2), map());
        }
        try (DiskLog log = DiskLog.open(file)) {
            assertThat(log.history().rows())
                    .containsExactly(
                            new DiskHistory.Row(1000, 10, map("a", 1, "b", 0)),
                            new DiskHistory.Row(3000, 12, map("a", 2, "b", 0)),
                            new DiskHistory.Row(4000, 13, map("a", 2)));
        }
    }

    @Test
    void whatAlwaysChangesIsKeptByTheDay() throws IOException {
        try (DiskLog log = DiskLog.open(file)) {
            log.observe(10L * DAY, 1, map(), map("temperature", 30));
            log.observe(10L * DAY + 100, 1, map(), map("temperature", 40));
            log.observe(10L * DAY + 200, 1, map(), map("temperature", 32));
            log.observe(11L * DAY, 1, map(), map("temperature", 31));
            assertThat(log.history().days())
                    .containsExactly(new DiskHistory.Day(10, "temperature", 30, 34, 40));
        }
        try (DiskLog log = DiskLog.open(file)) {
            assertThat(log.history().days()).hasSize(2);
        }
    }

    @Test
    void thatADiskWasSeenIsNotedOnceADay() throws IOException {
        try (DiskLog log = DiskLog.open(file)) {
            for (int hour = 0; hour < 100; hour++) {
                log.observe(1_000_000 + 3600L * hour, hour, map("a", 1), map());
            }
        }
        try (DiskLog log = DiskLog.open(file)) {
            assertThat(log.history().rows()).hasSize(1);
            assertThat(log.history().lastSeenSeconds()).isEqualTo(1_000_000 + 96 * 3600);
            assertThat(log.history().lastPoweredHours()).isEqualTo(96);
        }
    }

    @Test
    void eventsAndAcknowledgedBaselinesStay() throws IOException {
        try (DiskLog log = DiskLog.open(file)) {
            log.append(new DiskEvent(5, DiskEvent.Kind.OBSERVED, "/dev/sda"));
            log.append(new DiskEvent(6, DiskEvent.Kind.ACKNOWLEDGED, "ata.5.raw=8"));
            log.append(new DiskEvent(7, DiskEvent.Kind.REMOVED_ON_PREDICTION, "80 %"));
        }
        try (DiskLog log = DiskLog.open(file)) {
            assertThat(log.history().acknowledged()).isEqualTo(Map.of("ata.5.raw", 8L));
            assertThat(log.history().end().orElseThrow().kind())
                    .isEqualTo(DiskEvent.Kind.REMOVED_ON_PREDICTION);
        }
    }

    @Test
    void diskTakenOutOnAPredictionHasNotFailed() throws IOException {
        DiskTraits traits = new DiskTraits(DiskTraits.DiskClass.ATA_HDD, "ST", "M", "", 4);
        try (DiskLog log = DiskLog.open(file)) {
            log.observe(0, 100, map("ata.197.raw", 3), map());
            log.append(new DiskEvent(7, DiskEvent.Kind.REMOVED_ON_PREDICTION, ""));
            assertThat(log.history().trajectory("S", traits).orElseThrow().failed()).isFalse();
        }
        try (DiskLog log = DiskLog.open(directory.resolve("other.log"))) {
            log.observe(0, 100, map("ata.197.raw", 3, "ata.188.raw", 4295032833L), map());
            log.append(new DiskEvent(7, DiskEvent.Kind.FAILED, "I/O errors"));
            Trajectory trajectory = log.history().trajectory("S", traits).orElseThrow();
            assertThat(trajectory.failed()).isTrue();
            assertThat(trajectory.value(SmartAttribute.PENDING_SECTORS, 0)).isEqualTo(3);
            // 4295032833 is 00010001 0001h: the lowest of three words is the count.
            assertThat(trajectory.value(SmartAttribute.COMMAND_TIMEOUTS, 0)).isEqualTo(1);
            assertThat(trajectory.value(SmartAttribute.SPIN_RETRIES, 0))
                    .isEqualTo(Trajectory.NOT_REPORTED);
        }
    }

    @Test
    void firstBytesAreAsDescribed() throws IOException {
        try (DiskLog log = DiskLog.open(file)) {
            log.observe(200, 3, map("a", 2), map());
        }
        String hex = HexFormat.of().formatHex(Files.readAllBytes(file));

        // "CAPDISKL", version 1; KEY "a"; ROW at 200 s, 3 h, key 1 changes by 2.
        assertThat(hex).startsWith("4341504449534b4c" + "01000000");
        assertThat(hex).contains("0100" + "01" + "61");
        assertThat(hex).contains("0600" + "02" + "c801" + "03" + "01" + "04" + "00");
    }

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tornTailIsCutOffAndWholeRecordsAreKept(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (DiskLog log = DiskLog.open(file)) {
            for (int row = 0; row < 30; row++) {
                log.observe(row * 1000L, row, map("a", row, "b", random.nextInt(3)), map());
            }
        }
        byte[] whole = Files.readAllBytes(file);
        int length = random.nextInt(DiskLogDescriptor.HEADER_LENGTH, whole.length);
        Files.write(file, Arrays.copyOf(whole, length));
        Files.write(file, new byte[random.nextInt(5)], StandardOpenOption.APPEND);

        int kept;
        try (DiskLog log = DiskLog.open(file)) {
            kept = log.history().rows().size();
            for (int row = 0; row < kept; row++) {
                assertThat(log.history().rows().get(row).counters())
                        .as("seed %d", seed)
                        .containsEntry("a", (long) row);
            }
            log.observe(1_000_000, 99, map("a", 77), map());
        }
        try (DiskLog log = DiskLog.open(file)) {
            assertThat(log.history().rows()).hasSize(kept + 1);
            assertThat(log.history().rows().getLast().counters()).isEqualTo(map("a", 77));
        }
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Files.writeString(file, "this is no change log of any disk");

        assertThatThrownBy(() -> DiskLog.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a change log");
        assertThat(file).hasContent("this is no change log of any disk");
    }

    @Test
    void yearsOfHistoryAreSmall() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (DiskLog log = DiskLog.open(file)) {
            for (int hour = 0; hour < 3 * 365 * 4; hour++) {
                log.observe(
                        hour * 6L * 3600,
                        hour * 6,
                        map("ata.5.raw", hour / 500, "ata.12.raw", hour / 300),
                        map("temperature", random.nextInt(25, 45)));
            }
        }
        // Three years of four readings a day: thousands of disks take megabytes.
        assertThat(Files.size(file)).isLessThan(50_000);
    }
}
