package io.capstan.smart;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a disk is, and what it is part of.
 *
 * @param slot of an enclosure, bay, PCI slot or port, for people; empty if that is not known
 * @param arrays and mapped volumes that are made of it
 */
public record DiskLocation(Optional<String> slot, SortedSet<String> arrays) {

    public static final DiskLocation UNKNOWN = new DiskLocation(Optional.empty(), new TreeSet<>());

    public DiskLocation {
        arrays = Collections.unmodifiableSortedSet(new TreeSet<>(arrays));
    }
}
