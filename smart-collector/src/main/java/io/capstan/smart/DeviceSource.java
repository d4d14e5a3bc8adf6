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

    /**
     * What the block layer has measured of a disk since it was last asked: {@code block.read_latency_us} and {@code
     * block.write_latency_us}, each where there was such a transfer.
     */
    SortedMap<String, Long> gauges(String device) throws IOException;

    /** Where a disk is plugged in, and what it is part of. */
    default DiskLocation location(String device) throws IOException {
        return DiskLocation.UNKNOWN;
    }
}
