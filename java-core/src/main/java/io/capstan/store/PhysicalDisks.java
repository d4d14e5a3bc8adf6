package io.capstan.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds out what a directory's data is lost with: the whole disks below its file system, through partitions, arrays and mapped
 * devices.
 *
 * @see "Linux, Documentation/ABI/stable/sysfs-block; Documentation/admin-guide/sysfs-rules.rst"
 */
final class PhysicalDisks {

    /** Partitions on arrays on mapped devices on partitions, and more than anyone builds. */
    private static final int DEPTH_MAX = 8;

    private final Path sys;

    /**
     * @param sys where sysfs is mounted
     */
    PhysicalDisks(Path sys) {
        this.sys = sys;
    }

    SortedSet<String> below(Path directory) throws IOException {
        return below(((Number) Files.getAttribute(directory, "unix:dev")).longValue());
    }

    /**
     * @param device number of what a file system is on, as stat(2) says
     * @return names of disks, as {@code sdb}; of a file system that is on none, as tmpfs, or on more than one number tells, as
     *     Btrfs, the number itself, which its directories share
     */
    SortedSet<String> below(long device) throws IOException {
        SortedSet<String> disks = new TreeSet<>();
        String number = major(device) + ":" + minor(device);
        Path entry = sys.resolve("dev/block").resolve(number);
        if (Files.exists(entry)) {
            collect(entry.toRealPath(), disks, 0);
        }
        if (disks.isEmpty()) {
            disks.add(number);
        }
        return disks;
    }

    private void collect(Path entry, SortedSet<String> disks, int depth) throws IOException {
        Path parent = entry.getParent();
        if (Files.exists(entry.resolve("partition")) && parent != null) {
            collect(parent, disks, depth + 1);
            return;
        }
        List<Path> slaves = new ArrayList<>();
        Path directory = entry.resolve("slaves");
        if (Files.isDirectory(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.forEach(slaves::add);
            }
        }
        if (slaves.isEmpty() || depth > DEPTH_MAX) {
            disks.add(String.valueOf(entry.getFileName()));
        } else {
            for (Path slave : slaves) {
                collect(slave.toRealPath(), disks, depth + 1);
            }
        }
    }

    /** As gnu_dev_major(3) takes it from the number. */
    private static long major(long device) {
        return (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | (device >>> 12 & ~0xffL & 0xffffffffL);
    }
}
