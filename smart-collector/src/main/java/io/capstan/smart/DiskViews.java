package io.capstan.smart;

import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskStatus;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Disks as they are shown: what is recorded of each, what lies on it, and what is being done with it. Has one owner. */
final class DiskViews {

    private static final int CHANGES_MAX = 8;

    private final DiskRecords records;
    private final StoreDirectories directories;
    private final Workflow workflow;

    DiskViews(DiskRecords records, StoreDirectories directories, Workflow workflow) {
        this.records = records;
        this.directories = directories;
        this.workflow = workflow;
    }

    List<DiskView> all() throws StoreException {
        List<DiskStatus> placed = directories.all();
        return records.all().stream()
                .map(disk -> view(disk, directories.on(disk, placed)))
                .toList();
    }

    Optional<DiskView> of(String id) throws StoreException {
        Optional<DiskRecord> disk = records.find(id);
        return disk.isPresent()
                ? Optional.of(view(disk.get(), directories.on(disk.get())))
                : Optional.empty();
    }

    private DiskView view(DiskRecord disk, List<DiskStatus> here) {
        List<DiskCase> cases = new ArrayList<>();
        for (DiskStatus status : here) {
            workflow.of(status.disk()).ifPresent(cases::add);
        }
        return new DiskView(
                disk.identity.id(),
                disk.identity,
                disk.device.path(),
                disk.location,
                here,
                disk.isEnded() ? DiskView.Presence.GONE : disk.presence,
                disk.log.history().lastPoweredHours(),
                disk.counters(),
                disk.gauges,
                Set.copyOf(disk.evidence),
                disk.prediction,
                cases,
                List.copyOf(disk.log.history().events()),
                disk.changes(CHANGES_MAX),
                disk.log.history().lastSeenSeconds());
    }
}
