package io.capstan.smart;

import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Prediction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@link DiskHealth} keeps of one disk in memory. */
final class DiskRecord {

    private static final double BYTES_PER_TERABYTE = 1e12;

    final DiskIdentity identity;
    final DiskLog log;
    DeviceName device = new DeviceName("", "");
    DiskView.Presence presence = DiskView.Presence.MISSING;
    SortedMap<String, Long> gauges = new TreeMap<>();
    Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
    Optional<Prediction> prediction = Optional.empty();

    /** Polls in a row that a policy has held for, by its name. */
    final Map<String, Integer> confirmations = new TreeMap<>();

    /** Up to where the model's rates have counted its days, in hours since 1970, and whether its end is counted. */
    int countedHour;

    boolean endIsCounted;

    DiskRecord(DiskIdentity identity, DiskLog log) {
        this.identity = identity;
        this.log = log;
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
                identity.capacityBytes() / BYTES_PER_TERABYTE);
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

    /** Whether it was there at the last look, be it asleep or silent. */
    boolean isThere() {
        return !isEnded() && presence != DiskView.Presence.MISSING;
    }

    boolean isEnded() {
        return log.history().end().isPresent();
    }
}
