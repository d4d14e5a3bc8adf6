package io.capstan.smart;

import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** Which disks the node has, and what its kernel knows of them. */
public interface DeviceSource {

    List<DeviceName> devices() throws IOException;

    /** Device nodes of the disks on which a store directory lies; none if that cannot be told, as of one that is not mounted. */
    SortedSet<String> disksBelow(DiskStatus placed) throws IOException;

    /** What the kernel has counted of a disk: {@code kernel.io_errors} as a counter. */
    SortedMap<String, Long> counters(String device) throws IOException;
}
