package io.capstan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Disks over which the chunks of some cartridges are spread. Any thread. */
final class Pool {

    private final String name;
    private final int copies;
    private final List<Disk> disks = new CopyOnWriteArrayList<>();

    Pool(String name, int copies) {
        this.name = name;
        this.copies = copies;
    }

    String name() {
        return name;
    }

    int copies() {
        return copies;
    }

    List<Disk> disks() {
        return disks;
    }

    void add(Disk disk) {
        disks.add(disk);
    }

    /**
     * Disks that take new chunks: first those that share no physical disk with one of {@code holding} or with one before them,
     * the one with the most free space first, then the others.
     *
     * @param holding disks that have a copy already, or none
     */
    List<Disk> takers(FreeSpaceOf freeSpace, Collection<Disk> holding) {
        List<Disk> apart = new ArrayList<>(holding);
        List<Disk> others = new ArrayList<>();
        for (Disk disk : byFreeSpace(freeSpace)) {
            boolean isApart = apart.stream().noneMatch(disk::sharesPhysicalDisk);
            (isApart ? apart : others).add(disk);
        }
        List<Disk> takers = new ArrayList<>(apart.subList(holding.size(), apart.size()));
        takers.addAll(others);
        return takers;
    }

    private List<Disk> byFreeSpace(FreeSpaceOf freeSpace) {
        record Free(Disk disk, long bytes) {}
        List<Free> free = new ArrayList<>();
        for (Disk disk : disks) {
            if (disk.takesChunks()) {
                free.add(new Free(disk, freeSpace.bytes(disk) - disk.promisedBytes()));
            }
        }
        free.sort(Comparator.comparingLong(Free::bytes).reversed());
        // Asking a disk may have shown that it does not work.
        return free.stream().map(Free::disk).filter(Disk::takesChunks).toList();
    }

    interface FreeSpaceOf {
        long bytes(Disk disk);
    }

    /**
     * How many bytes of chunks fit if each has all its copies, or as many as there are disks that work.
     *
     * @param sharers disks among which the free space of a file system is divided that several of them are on: those of this pool,
     *     or of others as well that are to be filled at the same time
     */
    long freeBytes(FreeSpaceOf freeSpace, Collection<Disk> sharers) {
        List<Long> free = new ArrayList<>();
        for (Disk disk : disks) {
            if (disk.takesChunks()) {
                // One copy of a chunk on each of n directories takes as much of what they share as
                // it would of n file systems with an n-th of it.
                long sharing =
                        sharers.stream()
                                .filter(other ->
                                        other == disk
                                                || (other.takesChunks()
                                                        && other.sharesFileSystem(disk)))
                                .count();
                free.add(freeSpace.bytes(disk) / Math.max(1, sharing));
            }
        }
        return fit(free, Math.min(copies, free.size()));
    }

    /**
     * The most bytes of which {@code copies} copies fit on disks with so much free, each copy of a chunk on another disk:
     * no disk can hold more than one copy of everything.
     */
    static long fit(List<Long> freeBytes, int copies) {
        if (copies < 1) {
            return 0;
        }
        List<Long> rising = freeBytes.stream().sorted().toList();
        long fit = Long.MAX_VALUE;
        long sum = 0;
        for (int i = 0; i < rising.size(); i++) {
            sum = saturatedSum(sum, rising.get(i));
            int larger = rising.size() - 1 - i;
            if (larger < copies) {
                fit = Math.min(fit, sum / (copies - larger));
            }
        }
        return fit;
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
