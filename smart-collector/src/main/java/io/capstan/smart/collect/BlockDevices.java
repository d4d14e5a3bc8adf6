package io.capstan.smart.collect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The node's disks as sysfs shows them: whole disks, which of them a partition or a mapped device lies on, and what the block
 * layer counts.
 *
 * @see "Linux, Documentation/ABI/stable/sysfs-block; Documentation/block/stat.rst"
 */
public final class BlockDevices {

    private static final Pattern DISK =
            Pattern.compile("(sd[a-z]+|nvme\\d+n\\d+|vd[a-z]+|hd[a-z])");
    private static final String[] STATISTICS = {
        "read_ios", "read_merges", "read_sectors", "read_ticks_ms",
        "write_ios", "write_merges", "write_sectors", "write_ticks_ms",
        "in_flight", "io_ticks_ms", "time_in_queue_ms"
    };

    private final Path sys;

    /**
     * @param sys where sysfs is mounted
     */
    public BlockDevices(Path sys) {
        this.sys = sys;
    }

    /** Device nodes of all physical disks. */
    public SortedSet<String> disks() throws IOException {
        SortedSet<String> disks = new TreeSet<>();
        Path block = sys.resolve("block");
        if (Files.isDirectory(block)) {
            try (Stream<Path> entries = Files.list(block)) {
                entries.map(entry -> String.valueOf(entry.getFileName()))
                        .filter(name -> DISK.matcher(name).matches())
                        .forEach(name -> disks.add("/dev/" + name));
            }
        }
        return disks;
    }

    /**
     * The disks below a device node, such as {@code /dev/sdb} below {@code /dev/sdb1}, and all members of an array below
     * {@code /dev/md0}.
     */
    public SortedSet<String> disksBelow(String device) throws IOException {
        SortedSet<String> below = new TreeSet<>();
        collectBelow(nodeName(device), below, 0);
        return below;
    }

    private static String nodeName(String device) throws IOException {
        Path path = Path.of(device);
        // Device mapper's names are links to its nodes.
        Path real = Files.exists(path) ? path.toRealPath() : path;
        return String.valueOf(real.getFileName());
    }

    private void collectBelow(String name, SortedSet<String> below, int depth) throws IOException {
        Path entry = sys.resolve("class/block").resolve(name);
        if (!Files.exists(entry) || depth > 8) {
            return;
        }
        Path slaves = entry.resolve("slaves");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(slaves)) {
            try (Stream<Path> entries = Files.list(slaves)) {
                entries.forEach(slave -> names.add(String.valueOf(slave.getFileName())));
            }
        }
        if (!names.isEmpty()) {
            for (String slave : names) {
                collectBelow(slave, below, depth + 1);
            }
        } else if (Files.exists(entry.resolve("partition"))) {
            Path parent = entry.toRealPath().getParent();
            if (parent != null) {
                below.add("/dev/" + parent.getFileName());
            }
        } else {
            below.add("/dev/" + name);
        }
    }

    /** What the block layer has counted of a disk since it appeared; empty if it is not there. */
    public SortedMap<String, Long> statistics(String disk) throws IOException {
        SortedMap<String, Long> statistics = new TreeMap<>();
        Optional<String> text = read(disk, "stat");
        if (text.isPresent()) {
            String[] fields = text.get().split("\\s+");
            for (int index = 0; index < Math.min(fields.length, STATISTICS.length); index++) {
                statistics.put("block." + STATISTICS[index], Long.parseLong(fields[index]));
            }
        }
        return statistics;
    }

    private Optional<String> read(String disk, String attribute) throws IOException {
        Path file = sys.resolve("block").resolve(nodeName(disk)).resolve(attribute);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }
}
