package io.capstan.smart.collect;

import io.capstan.smart.model.HardEvidence;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a disk said of itself at one time.
 *
 * @param timeSeconds since 1970-01-01T00Z
 * @param counters by stable key, such as {@code ata.5.raw}, {@code nvme.media_errors}, {@code scsi.grown_defects}
 * @param gauges that change all the time, such as {@code temperature}
 * @param evidence of failure that the disk states outright
 * @param notes pages that could not be read, and the like, for people
 */
public record Reading(
        DiskIdentity identity,
        long timeSeconds,
        OptionalInt powerOnHours,
        SortedMap<String, Long> counters,
        SortedMap<String, Long> gauges,
        Set<HardEvidence> evidence,
        Map<String, String> notes) {}
