package io.capstan.smart;

import io.capstan.smart.collect.DiskReader.DeviceName;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** Which disks the node has, and what its kernel knows of them. */
public interface DeviceSource {

    List<DeviceName> devices() throws IOException;

    /** Device nodes of the disks below a device node, such as that of a partition. */
    SortedSet<String> disksBelow(String device) throws IOException;

    /** What the kernel has counted of a disk: {@code kernel.io_errors} as a counter. */
    SortedMap<String, Long> counters(String device) throws IOException;
}
