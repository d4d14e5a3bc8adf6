package io.capstan.smart;

import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.policy.DiskCase;
import io.capstan.store.DiskStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A disk as it is known now.
 *
 * @param id stable name, made of model and serial number
 * @param device node where it was last seen
 * @param location where it was last seen, and what it was part of
 * @param placed store directories that lie on it
 * @param prediction empty as long as the disk was never read
 * @param changes the last ones of counters of errors, the newest first
 * @param lastSeenSeconds when it last answered, since 1970; 0 if never
 */
public record DiskView(
        String id,
        DiskIdentity identity,
        String device,
        DiskLocation location,
        List<DiskStatus> placed,
        Presence presence,
        int powerOnHours,
        SortedMap<String, Long> counters,
        SortedMap<String, Long> gauges,
        Set<HardEvidence> evidence,
        Optional<Prediction> prediction,
        List<DiskCase> cases,
        List<DiskEvent> events,
        List<Change> changes,
        long lastSeenSeconds) {

    /** A counter of errors went from one value to another. */
    public record Change(long timeSeconds, String counter, String title, long before, long after) {}

    /** Whether the disk is there and answers. */
    public enum Presence {
        ANSWERING,
        ASLEEP,
        SILENT,
        MISSING,
        GONE
    }
}
