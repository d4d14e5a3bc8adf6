package io.capstan.smart;

import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.policy.DiskCase;
import io.capstan.store.DiskStatus;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** How the lives of disks in this node end, and which others take their places: events that models learn from. Has one owner. */
final class Lives {

    private final DiskRecords records;
    private final StoreDirectories directories;
    private final DiskAlarms alarms;

    Lives(DiskRecords records, StoreDirectories directories, DiskAlarms alarms) {
        this.records = records;
        this.directories = directories;
        this.alarms = alarms;
    }

    /** Which disk took the place of one whose life here has ended: known when the new one was read. */
    void learnSuccessors(long nowSeconds) throws IOException, StoreException {
        for (DiskStatus status : directories.all()) {
            if (status.replacedBy().isEmpty()) {
                continue;
            }
            SortedSet<String> successors =
                    new TreeSet<>(directories.disksOf(status.replacedBy().get()));
            successors.removeAll(directories.disksOf(status.disk()));
            for (String id : directories.disksOf(status.disk())) {
                Optional<DiskRecord> disk = records.find(id).filter(Lives::wantsSuccessor);
                if (disk.isPresent() && !successors.isEmpty()) {
                    disk.get()
                            .log
                            .append(
                                    new DiskEvent(
                                            nowSeconds,
                                            DiskEvent.Kind.REPLACED_BY,
                                            String.join(" ", successors)));
                }
            }
        }
    }

    private static boolean wantsSuccessor(DiskRecord disk) {
        return disk.isEnded()
                && disk.log.history().events().stream()
                        .noneMatch(event -> event.kind() == DiskEvent.Kind.REPLACED_BY);
    }

    /** A case went a step further: what that means to the disks that the directory lies on. */
    void follow(DiskCase moved, long nowSeconds) throws IOException, StoreException {
        for (String id : directories.disksOf(moved.disk())) {
            Optional<DiskRecord> disk = records.find(id).filter(record -> !record.isEnded());
            if (disk.isPresent()) {
                follow(moved, disk.get(), nowSeconds);
            }
        }
    }

    private void follow(DiskCase moved, DiskRecord disk, long nowSeconds)
            throws IOException, StoreException {
        switch (moved.step()) {
            case AWAITING_REPLACEMENT -> alarms.wantsReplacement(disk, moved.reason());
            case REBALANCING -> {
                // Of an array, who knows which disk was replaced.
                boolean isOneOfSeveral = directories.disksOf(moved.disk()).size() > 1;
                if (!isOneOfSeveral && directories.on(disk).isEmpty()) {
                    end(disk, fate(moved, disk), moved.reason(), nowSeconds);
                }
            }
            case ALERTED, FIRED, EVACUATING, EMPTY, DONE -> {}
        }
    }

    /** What became of a disk that another one has the place of. Nobody knows whether one that was feared for would have failed. */
    private DiskEvent.Kind fate(DiskCase moved, DiskRecord disk) {
        if (disk.presence != DiskView.Presence.ANSWERING) {
            return DiskEvent.Kind.FAILED;
        }
        return moved.byHand() && alarms.isWell(disk)
                ? DiskEvent.Kind.REMOVED_HEALTHY
                : DiskEvent.Kind.REMOVED_ON_PREDICTION;
    }

    /** A disk's life in this node ends, and so does everything that people should know of it. */
    private void end(DiskRecord disk, DiskEvent.Kind fate, String reason, long nowSeconds)
            throws IOException {
        disk.log.append(new DiskEvent(nowSeconds, fate, reason));
        if (disk.presence != DiskView.Presence.MISSING) {
            disk.presence = DiskView.Presence.GONE;
        }
        alarms.endAll(disk);
    }

    /**
     * @return why a disk cannot be forgotten; empty if it is
     * @see DiskHealth#forget
     */
    Optional<String> forget(String id, long nowSeconds) throws IOException, StoreException {
        Optional<DiskRecord> disk = records.find(id).filter(record -> !record.isEnded());
        if (disk.isEmpty()) {
            return Optional.of("there is no disk " + id);
        }
        if (disk.get().presence != DiskView.Presence.MISSING) {
            return Optional.of("disk %s is still there".formatted(id));
        }
        if (!directories.on(disk.get()).isEmpty()) {
            return Optional.of(
                    "a store directory lies on disk %s: have another one replace it".formatted(id));
        }
        end(disk.get(), DiskEvent.Kind.REMOVED_HEALTHY, "a person says so", nowSeconds);
        return Optional.empty();
    }
}
