package io.capstan.appliance;

import io.capstan.smart.DeviceSource;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.ExitStatus;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.collect.Reading;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import io.capstan.store.DiskStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Disks of a model that Backblaze had many of, each below one store directory, whose SMART counters and clock a test moves. Any
 * thread.
 */
final class ScriptedDisks implements DeviceSource, DiskReader, InstantSource {

    static final int DAY_SECONDS = 24 * 3600;

    private static final long BEGIN_SECONDS = 1_700_000_000;
    private static final long BUILT_SECONDS = 1_650_000_000;

    private final AtomicLong now = new AtomicLong(BEGIN_SECONDS);
    private final Map<String, Path> directories = new ConcurrentHashMap<>();
    private final Map<String, SortedMap<String, Long>> counters = new ConcurrentHashMap<>();

    /** The name that the product gives a disk. */
    static String id(String device) {
        return "ST4000DM000-1F2168_" + device.substring("/dev/".length());
    }

    /** Plugs a disk in. */
    void add(String device, Path directory) {
        SortedMap<String, Long> zeros = new TreeMap<>();
        for (int attribute : new int[] {5, 10, 12, 187, 188, 189, 197, 198}) {
            zeros.put("ata." + attribute + ".raw", 0L);
        }
        counters.put(device, zeros);
        directories.put(device, directory);
    }

    /** Pulls a disk out. */
    void remove(String device) {
        directories.remove(device);
    }

    void set(String device, int attribute, long value) {
        counters.compute(
                device,
                (_, before) -> {
                    SortedMap<String, Long> after = new TreeMap<>(before);
                    after.put("ata." + attribute + ".raw", value);
                    return after;
                });
    }

    void passDay() {
        now.addAndGet(DAY_SECONDS);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(now.get());
    }

    @Override
    public List<DeviceName> devices() {
        return directories.keySet().stream()
                .sorted()
                .map(device -> new DeviceName(device, ""))
                .toList();
    }

    @Override
    public SortedSet<String> disksBelow(DiskStatus placed) {
        SortedSet<String> below = new TreeSet<>();
        directories.forEach((device, directory) -> {
            if (directory.equals(placed.directory())) {
                below.add(device);
            }
        });
        return below;
    }

    @Override
    public SortedMap<String, Long> counters(String device) {
        return new TreeMap<>(Map.of("kernel.io_errors", 0L));
    }

    @Override
    public SortedMap<String, Long> gauges(String device) {
        return new TreeMap<>();
    }

    @Override
    public ReadOutcome read(DeviceName device) {
        long time = now.get();
        return new ReadOutcome.Read(
                new Reading(
                        new DiskIdentity(
                                DiskClass.ATA_HDD,
                                "",
                                device.path().substring("/dev/".length()),
                                "ST",
                                "Desktop",
                                "ST4000DM000-1F2168",
                                "CC54",
                                4_000_787_030_016L),
                        time,
                        OptionalInt.of((int) ((time - BUILT_SECONDS) / 3600)),
                        new TreeMap<>(counters.get(device.path())),
                        new TreeMap<>(Map.of("temperature", 30L)),
                        EnumSet.noneOf(HardEvidence.class),
                        Map.of()),
                new ExitStatus(0));
    }
}
