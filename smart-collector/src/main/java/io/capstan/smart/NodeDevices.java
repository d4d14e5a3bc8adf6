package io.capstan.smart;

import io.capstan.smart.collect.BlockDevices;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.collect.KernelLog;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The devices of this node: what sysfs shows, and those behind RAID controllers that are named in the configuration. Has one owner.
 */
public final class NodeDevices implements DeviceSource {

    private static final long MICROS_PER_MILLI = 1000;

    private final BlockDevices block;
    private final List<DeviceName> configured;
    private final Path dmesg;
    private final KernelLog kernelLog = new KernelLog();
    private final Map<String, SortedMap<String, Long>> statistics = new HashMap<>();

    /**
     * @param configured devices that sysfs does not show as disks, such as {@code /dev/sda} of type {@code megaraid,3}
     * @param dmesg the program that prints the kernel's log
     */
    public NodeDevices(BlockDevices block, List<DeviceName> configured, Path dmesg) {
        this.block = block;
        this.dmesg = dmesg;
        this.configured = List.copyOf(configured);
    }

    @Override
    public List<DeviceName> devices() throws IOException {
        List<DeviceName> devices = new ArrayList<>();
        for (String disk : block.disks()) {
            devices.add(new DeviceName(disk, ""));
        }
        devices.addAll(configured);
        return devices;
    }

    @Override
    public SortedSet<String> disksBelow(DiskStatus placed) throws IOException {
        return placed.device().isEmpty()
                ? new TreeSet<>()
                : block.disksBelow(placed.device().get());
    }

    @Override
    public DiskLocation location(String device) throws IOException {
        return new DiskLocation(block.slot(device), block.arrays(device));
    }

    @Override
    public SortedMap<String, Long> counters(String device) throws IOException {
        kernelLog.count(KernelLog.read(dmesg));
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put("kernel.io_errors", kernelLog.errors(device));
        return counters;
    }

    @Override
    public SortedMap<String, Long> gauges(String device) throws IOException {
        SortedMap<String, Long> now = block.statistics(device);
        SortedMap<String, Long> before = statistics.getOrDefault(device, new TreeMap<>());
        statistics.put(device, now);
        SortedMap<String, Long> gauges = new TreeMap<>();
        for (String action : List.of("read", "write")) {
            long transfers = since("block." + action + "_ios", before, now);
            long ticks = since("block." + action + "_ticks_ms", before, now);
            if (transfers > 0 && ticks >= 0) {
                gauges.put("block." + action + "_latency_us", ticks * MICROS_PER_MILLI / transfers);
            }
        }
        return gauges;
    }

    private static long since(
            String key, SortedMap<String, Long> before, SortedMap<String, Long> now) {
        return now.getOrDefault(key, 0L) - before.getOrDefault(key, 0L);
    }
}
