package io.capstan.smart.collect;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
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

    /** Of a PCI function, without the function's number: what a slot is named by. */
    private static final Pattern PCI =
            Pattern.compile("([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2})\\.[0-7]");

    private static final Pattern NVME = Pattern.compile("(nvme\\d+)n\\d+");
    private static final Pattern SAS_DEVICE = Pattern.compile("end_device-[0-9:]+");
    private static final Pattern ATA_PORT = Pattern.compile("ata\\d+");

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
        } else if (isPartition(entry)) {
            Path parent = entry.toRealPath().getParent();
            if (parent != null) {
                below.add("/dev/" + parent.getFileName());
            }
        } else {
            below.add("/dev/" + name);
        }
    }

    /**
     * Where a disk is plugged in, for people: the slot of its enclosure, the bay that a SAS expander names, the PCI slot, or else
     * the port; as much as the kernel knows.
     *
     * @see "Linux, Documentation/ABI/testing/sysfs-class-enclosure; sysfs-class-sas; sysfs-bus-pci (slots)"
     */
    public Optional<String> slot(String disk) throws IOException {
        Path entry = sys.resolve("block").resolve(nodeName(disk));
        if (!Files.exists(entry)) {
            return Optional.empty();
        }
        Optional<String> enclosure = enclosureSlot(entry.resolve("device"));
        if (enclosure.isPresent()) {
            return enclosure;
        }
        List<String> path = devicePath(entry);
        for (String part : path) {
            if (SAS_DEVICE.matcher(part).matches()) {
                Path device = sys.resolve("class/sas_device").resolve(part);
                Optional<String> bay = text(device.resolve("bay_identifier"));
                if (bay.isPresent()) {
                    return Optional.of(
                            "bay %s of enclosure %s"
                                    .formatted(
                                            bay.get(),
                                            text(device.resolve("enclosure_identifier"))
                                                    .orElse("?")));
                }
            }
        }
        for (String part : path.reversed()) {
            if (ATA_PORT.matcher(part).matches()) {
                return Optional.of("port " + part);
            }
            Matcher pci = PCI.matcher(part);
            Optional<String> slot =
                    pci.matches() ? pciSlot(String.valueOf(pci.group(1))) : Optional.empty();
            if (slot.isPresent()) {
                return slot;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> enclosureSlot(Path device) throws IOException {
        if (!Files.isDirectory(device)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(device, "enclosure_device:*")) {
            for (Path link : links) {
                String component =
                        String.valueOf(link.getFileName()).substring("enclosure_device:".length());
                String slot = text(link.resolve("slot")).orElse(component);
                Path enclosure = link.toRealPath().getParent();
                Optional<String> id =
                        enclosure == null ? Optional.empty() : text(enclosure.resolve("id"));
                return Optional.of("slot " + slot + id.map(of -> " of enclosure " + of).orElse(""));
            }
        }
        return Optional.empty();
    }

    /** Names of the devices that a disk hangs on, from the outermost on. */
    private List<String> devicePath(Path entry) throws IOException {
        List<String> names = new ArrayList<>();
        entry.toRealPath().forEach(part -> names.add(part.toString()));
        Matcher nvme = NVME.matcher(String.valueOf(entry.getFileName()));
        if (nvme.matches()) {
            // A namespace with several paths hangs on none of them.
            Path controller = sys.resolve("class/nvme").resolve(String.valueOf(nvme.group(1)));
            text(controller.resolve("address")).ifPresent(names::add);
        }
        return names;
    }

    private Optional<String> pciSlot(String address) throws IOException {
        Path slots = sys.resolve("bus/pci/slots");
        if (Files.isDirectory(slots)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(slots)) {
                for (Path slot : all) {
                    if (text(slot.resolve("address")).equals(Optional.of(address))) {
                        return Optional.of("PCI slot " + slot.getFileName());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What is made of a disk or its partitions: arrays, and volumes of the device mapper. */
    public SortedSet<String> arrays(String disk) throws IOException {
        SortedSet<String> arrays = new TreeSet<>();
        Path entry = sys.resolve("block").resolve(nodeName(disk));
        if (Files.isDirectory(entry)) {
            collectArrays(entry, arrays);
            try (DirectoryStream<Path> parts =
                    Files.newDirectoryStream(entry, part -> isPartition(part))) {
                for (Path part : parts) {
                    collectArrays(part, arrays);
                }
            }
        }
        return arrays;
    }

    private static boolean isPartition(Path entry) {
        return Files.exists(entry.resolve("partition"));
    }

    private void collectArrays(Path entry, SortedSet<String> arrays) throws IOException {
        Path holders = entry.resolve("holders");
        if (Files.isDirectory(holders)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(holders)) {
                for (Path holder : all) {
                    String name = String.valueOf(holder.getFileName());
                    Path mapped = sys.resolve("class/block").resolve(name).resolve("dm/name");
                    arrays.add(text(mapped).orElse(name));
                }
            }
        }
    }

    private static Optional<String> text(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (FileSystemException e) {
            // A device that does not know answers with an error.
            return Optional.empty();
        }
    }

    /** What the block layer has counted of a disk since it appeared; empty if it is not there. */
    public SortedMap<String, Long> statistics(String disk) throws IOException {
        SortedMap<String, Long> statistics = new TreeMap<>();
        Optional<String> text = text(sys.resolve("block").resolve(nodeName(disk)).resolve("stat"));
        if (text.isPresent()) {
            String[] fields = text.get().split("\\s+");
            for (int index = 0; index < Math.min(fields.length, STATISTICS.length); index++) {
                statistics.put("block." + STATISTICS[index], Long.parseLong(fields[index]));
            }
        }
        return statistics;
    }
}
