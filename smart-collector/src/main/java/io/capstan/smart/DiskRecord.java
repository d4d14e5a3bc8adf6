package io.capstan.smart;

import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.history.DiskHistory;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.DiskSurroundings;
import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Prediction;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@link DiskHealth} keeps of one disk in memory. */
final class DiskRecord {

    private static final double BYTES_PER_TERABYTE = 1e12;
    private static final long DAY_SECONDS = 24 * 3600;

    /** Room and enclosure: a slot says nothing without them. */
    private static final int SITE_LEVELS = 2;

    final DiskIdentity identity;
    final DiskLog log;
    DeviceName device = new DeviceName("", "");
    DiskLocation location = DiskLocation.UNKNOWN;

    /** Room and enclosure, as configured; nothing of a disk of another node. */
    final List<String> site;

    DiskView.Presence presence = DiskView.Presence.MISSING;
    SortedMap<String, Long> gauges = new TreeMap<>();
    Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
    Optional<Prediction> prediction = Optional.empty();

    /** Polls in a row that a policy has held for, by its name. */
    final Map<String, Integer> confirmations = new TreeMap<>();

    /** Up to where the model's rates have counted its days, in hours since 1970, and whether its end is counted. */
    int countedHour;

    boolean endIsCounted;

    DiskRecord(DiskIdentity identity, DiskLog log, List<String> site) {
        this.identity = identity;
        this.log = log;
        this.site = List.copyOf(site);
    }

    /** What a person has to look for. */
    String described() {
        return "disk %s (%s%s)"
                .formatted(
                        identity.id(),
                        device.path(),
                        location.slot().map(slot -> ", " + slot).orElse(""));
    }

    /** Disks of a model that came to this node in one month are one batch. */
    DiskTraits traits() {
        long first =
                log.history().rows().isEmpty() ? 0 : log.history().rows().getFirst().timeSeconds();
        String month =
                Instant.ofEpochSecond(first).atOffset(ZoneOffset.UTC).toString().substring(0, 7);
        return new DiskTraits(
                identity.diskClass(),
                identity.maker(),
                identity.modelGroup(),
                month,
                identity.capacityBytes() / BYTES_PER_TERABYTE,
                new DiskSurroundings(identity.firmware(), place()));
    }

    /** Where it is; of one that is not there any more, where it was. */
    private List<String> place() {
        List<String> kept = log.history().place();
        return kept.isEmpty() ? site : kept;
    }

    /** Takes down where it is, if that is not known already. */
    void notePlace(long timeSeconds) throws IOException {
        List<String> now = new ArrayList<>(site);
        if (site.size() == SITE_LEVELS) {
            location.slot().ifPresent(now::add);
        }
        List<String> kept = log.history().place();
        boolean isKnown = kept.size() >= now.size() && kept.subList(0, now.size()).equals(now);
        if (!isKnown) {
            log.append(
                    new DiskEvent(timeSeconds, DiskEvent.Kind.PLACED, DiskHistory.placeText(now)));
        }
    }

    /** Disks that should be alike. */
    String cluster() {
        return identity.diskClass() + " " + identity.modelGroup();
    }

    Optional<Trajectory> trajectory() {
        return log.history().trajectory(identity.serial(), traits());
    }

    SortedMap<String, Long> counters() {
        return log.history().rows().isEmpty()
                ? new TreeMap<>()
                : log.history().rows().getLast().counters();
    }

    /** All errors that it has counted. */
    long errors() {
        long errors = 0;
        for (Map.Entry<String, Long> counter : counters().entrySet()) {
            errors += ErrorCounters.title(counter.getKey()).isEmpty() ? 0 : counter.getValue();
        }
        return errors;
    }

    /** The last changes of counters of errors, the newest first. */
    List<DiskView.Change> changes(int max) {
        List<DiskHistory.Row> rows = log.history().rows();
        List<DiskView.Change> changes = new ArrayList<>();
        for (int row = rows.size() - 1; row > 0 && changes.size() < max; row--) {
            SortedMap<String, Long> before = rows.get(row - 1).counters();
            for (Map.Entry<String, Long> counter : rows.get(row).counters().entrySet()) {
                String title = ErrorCounters.title(counter.getKey());
                long old = before.getOrDefault(counter.getKey(), 0L);
                if (!title.isEmpty() && counter.getValue() != old) {
                    changes.add(
                            new DiskView.Change(
                                    rows.get(row).timeSeconds(),
                                    counter.getKey(),
                                    title,
                                    old,
                                    counter.getValue()));
                }
            }
        }
        return List.copyOf(changes.subList(0, Math.min(max, changes.size())));
    }

    /** Days on which the kernel saw I/O errors. */
    int daysWithIoErrors() {
        Set<Long> days = new TreeSet<>();
        long before = -1;
        for (DiskHistory.Row row : log.history().rows()) {
            long errors = row.counters().getOrDefault(ErrorCounters.KERNEL_IO_ERRORS, 0L);
            if (before >= 0 && errors > before) {
                days.add(row.timeSeconds() / DAY_SECONDS);
            }
            before = errors;
        }
        return days.size();
    }

    /** After a start, a disk is missing only if it was said to be before. */
    boolean wasMissed() {
        for (DiskEvent event : log.history().events().reversed()) {
            switch (event.kind()) {
                case MISSING, SILENT -> {
                    return true;
                }
                case OBSERVED, BACK -> {
                    return false;
                }
                case STALE,
                        ACKNOWLEDGED,
                        KEPT,
                        PLACED,
                        FAILED,
                        REMOVED_HEALTHY,
                        REMOVED_ON_PREDICTION,
                        REPLACED_BY -> {}
            }
        }
        return false;
    }

    /** Whether it was there at the last look, be it asleep or silent. */
    boolean isThere() {
        return !isEnded() && presence != DiskView.Presence.MISSING;
    }

    boolean isEnded() {
        return log.history().end().isPresent();
    }
}
