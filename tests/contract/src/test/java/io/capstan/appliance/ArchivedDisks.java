package io.capstan.appliance;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.history.HistoryArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;

/** Histories of another node's disks, day by day from a first day on, as a file to import. One thread. */
final class ArchivedDisks {

    private static final String MODEL = "ST4000DM000-1F2168";
    private static final int FIRST_HOURS = 15_000;

    private final Path directory;
    private final LocalDate first;

    /**
     * @param directory for the histories, empty
     */
    ArchivedDisks(Path directory, LocalDate first) {
        this.directory = directory;
        this.first = first;
    }

    static String id(String serial) {
        return MODEL + "_" + serial;
    }

    /**
     * Adds a disk.
     *
     * @param days that it was seen
     * @param sectorsFrom first day on which it has pending sectors, then more of them each day; beyond {@code days} for never
     * @param fails whether its life ends with a failure
     */
    void add(String serial, int days, int sectorsFrom, boolean fails) throws IOException {
        DiskIdentity identity =
                new DiskIdentity(
                        DiskClass.ATA_HDD,
                        "",
                        serial,
                        "ST",
                        "Desktop",
                        MODEL,
                        "CC54",
                        4_000_787_030_016L);
        Path log = directory.resolve(identity.id() + ".log");
        Files.write(HistoryArchive.identity(log), new ObjectMapper().writeValueAsBytes(identity));
        try (DiskLog history = DiskLog.open(log)) {
            history.append(new DiskEvent(seconds(0), DiskEvent.Kind.OBSERVED, "/dev/sda"));
            for (int day = 0; day <= days; day++) {
                history.observe(
                        seconds(day),
                        FIRST_HOURS + 24 * day,
                        counters(Math.max(0, day - sectorsFrom + 1)),
                        new TreeMap<>());
            }
            if (fails) {
                history.append(new DiskEvent(seconds(days), DiskEvent.Kind.FAILED, "is dead"));
            }
        }
    }

    private long seconds(int day) {
        return first.plusDays(day).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }

    private static SortedMap<String, Long> counters(int badDays) {
        SortedMap<String, Long> counters = new TreeMap<>();
        for (int attribute : new int[] {5, 10, 12, 187, 188, 189, 197, 198}) {
            counters.put("ata." + attribute + ".raw", 0L);
        }
        counters.put("ata.197.raw", 16L * badDays);
        counters.put("ata.198.raw", 16L * badDays);
        counters.put("ata.187.raw", 4L * badDays);
        return counters;
    }

    void write(Path archive) throws IOException {
        HistoryArchive.write(directory, archive, "another-node", Instant.EPOCH);
    }
}
