package io.capstan.smart;

import io.capstan.format.DiskId;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.Placement;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which of the store's directories lie on which disks. Has one owner. */
final class StoreDirectories {

    private final Placement placement;
    private final Places places;
    private final DiskRecords records;
    private final DeviceSource devices;

    StoreDirectories(
            Placement placement, Places places, DiskRecords records, DeviceSource devices) {
        this.placement = placement;
        this.places = places;
        this.records = records;
        this.devices = devices;
    }

    /** All there are, those included that others have replaced. */
    List<DiskStatus> all() throws StoreException {
        return placement.disks();
    }

    /** Looks where they lie. Those of a disk that is gone stay where they were last seen. */
    void learn() throws IOException, StoreException {
        for (DiskStatus status : all()) {
            if (status.state() != DiskState.REPLACED) {
                SortedSet<String> ids = disksBelow(status);
                if (!ids.isEmpty()) {
                    places.put(status.disk(), ids);
                }
            }
        }
    }

    private SortedSet<String> disksBelow(DiskStatus status) throws IOException {
        SortedSet<String> below = devices.disksBelow(status);
        SortedSet<String> ids = new TreeSet<>();
        for (DiskRecord disk : records.all()) {
            if (disk.isThere() && below.contains(disk.device.path())) {
                ids.add(disk.identity.id());
            }
        }
        return ids;
    }

    /** Ids of the disks below a directory. */
    SortedSet<String> disksOf(DiskId directory) {
        return places.of(directory);
    }

    /** Directories in use that lie on a disk. */
    List<DiskStatus> on(DiskRecord disk) throws StoreException {
        return on(disk, all());
    }

    /**
     * @param of these, to ask the store but once for many disks
     */
    List<DiskStatus> on(DiskRecord disk, List<DiskStatus> of) {
        return of.stream()
                .filter(status -> status.state() != DiskState.REPLACED)
                .filter(status -> places.of(status.disk()).contains(disk.identity.id()))
                .toList();
    }

    /** How many of a pool's directories there are of which no two are on one physical disk. */
    int apart(String pool) throws StoreException {
        List<DiskStatus> apart = new ArrayList<>();
        for (DiskStatus status : all()) {
            boolean isMember = status.pool().equals(pool) && status.state() != DiskState.REPLACED;
            if (isMember
                    && apart.stream()
                            .noneMatch(other -> places.isShared(other.disk(), status.disk()))) {
                apart.add(status);
            }
        }
        return apart.size();
    }
}
