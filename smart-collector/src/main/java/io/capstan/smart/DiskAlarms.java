package io.capstan.smart;

import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What people are told of a disk, alarm by alarm. Has one owner. */
final class DiskAlarms {

    private static final double MILLION = 1e6;

    /** What an alarm is about. Names are part of the keys that people's receivers know. */
    private enum About {
        PRESENCE,
        STALE,
        COUNTER,
        EVIDENCE,
        PREDICTION,
        CASE;

        private String key(DiskRecord disk) {
            return switch (this) {
                        case PRESENCE -> "presence:";
                        case STALE -> "stale:";
                        case COUNTER -> "counter:";
                        case EVIDENCE -> "evidence:";
                        case PREDICTION -> "prediction:";
                        case CASE -> "case:";
                    }
                    + disk.identity.id();
        }

        private String key(DiskRecord disk, String part) {
            return key(disk) + ":" + part;
        }
    }

    private final Alarms alarms;
    private final InstantSource clock;

    DiskAlarms(Alarms alarms, InstantSource clock) {
        this.alarms = alarms;
        this.clock = clock;
    }

    List<Alarm> standing() {
        return alarms.standing();
    }

    private void raise(
            String key, DiskRecord disk, Alarm.Severity severity, String message, long value)
            throws IOException {
        alarms.raise(
                new Alarm(
                        key,
                        disk.identity.id(),
                        severity,
                        message,
                        value,
                        clock.instant().getEpochSecond(),
                        false));
    }

    // ---- whether it is there

    void isSilent(DiskRecord disk, String reason) throws IOException {
        isAbsent(disk, "does not answer: " + reason);
    }

    void isMissing(DiskRecord disk) throws IOException {
        isAbsent(disk, "is not there any more");
    }

    private void isAbsent(DiskRecord disk, String what) throws IOException {
        raise(
                About.PRESENCE.key(disk),
                disk,
                Alarm.Severity.CRITICAL,
                disk.described() + " " + what,
                0);
    }

    void isBack(DiskRecord disk) throws IOException {
        alarms.end(About.PRESENCE.key(disk));
    }

    boolean isKnownStale(DiskRecord disk) {
        String key = About.STALE.key(disk);
        return standing().stream().anyMatch(alarm -> alarm.key().equals(key));
    }

    void isStale(DiskRecord disk, long days) throws IOException {
        raise(
                About.STALE.key(disk),
                disk,
                Alarm.Severity.INFORMATION,
                "nothing new was read of it for %d days".formatted(days),
                0);
    }

    void isFresh(DiskRecord disk) throws IOException {
        alarms.end(About.STALE.key(disk));
    }

    // ---- what it says

    /** Counters of errors that are above what a person acknowledged, or above zero. */
    void counters(DiskRecord disk) throws IOException {
        Map<String, Long> baselines = disk.log.history().acknowledged();
        for (Map.Entry<String, Long> counter : disk.counters().entrySet()) {
            String title = ErrorCounters.title(counter.getKey());
            if (!title.isEmpty()) {
                counter(
                        disk,
                        counter.getKey(),
                        title,
                        counter.getValue(),
                        baselines.getOrDefault(counter.getKey(), 0L));
            }
        }
    }

    private void counter(DiskRecord disk, String name, String title, long value, long baseline)
            throws IOException {
        if (value <= baseline) {
            isAcknowledged(disk, name);
            return;
        }
        raise(
                About.COUNTER.key(disk, name),
                disk,
                Alarm.Severity.WARNING,
                "%s: %d%s"
                        .formatted(
                                title,
                                value,
                                baseline > 0 ? " (acknowledged at " + baseline + ")" : ""),
                value);
    }

    void isAcknowledged(DiskRecord disk, String counter) throws IOException {
        alarms.end(About.COUNTER.key(disk, counter));
    }

    /** Outright signs of failure. */
    void evidence(DiskRecord disk) throws IOException {
        for (HardEvidence evidence : HardEvidence.values()) {
            String key = About.EVIDENCE.key(disk, evidence.name());
            if (disk.evidence.contains(evidence) && !disk.isEnded()) {
                raise(key, disk, Alarm.Severity.CRITICAL, evidence.title(), 0);
            } else {
                alarms.end(key);
            }
        }
    }

    // ---- what is feared, and done

    void isFeared(DiskRecord disk, Alarm.Severity severity, String reason, double probability)
            throws IOException {
        raise(About.PREDICTION.key(disk), disk, severity, reason, rounded(probability));
    }

    /** In steps of a factor of two, so that a creeping probability is not news every day. */
    private static long rounded(double probability) {
        return Long.highestOneBit(Math.round(probability * MILLION));
    }

    void isFearedNoMore(DiskRecord disk) throws IOException {
        alarms.end(About.PREDICTION.key(disk));
    }

    void wantsReplacement(DiskRecord disk, String reason) throws IOException {
        raise(
                About.CASE.key(disk),
                disk,
                Alarm.Severity.CRITICAL,
                "%s is out of service and wants to be replaced: %s"
                        .formatted(disk.described(), reason),
                0);
    }

    void isKept(DiskRecord disk) throws IOException {
        alarms.end(About.CASE.key(disk));
        isFearedNoMore(disk);
    }

    // ---- all of it

    /** Whether nothing speaks against a disk but that it was taken out. */
    boolean isWell(DiskRecord disk) {
        return standing().stream()
                .filter(alarm -> alarm.disk().equals(disk.identity.id()))
                .allMatch(alarm -> alarm.key().equals(About.CASE.key(disk)));
    }

    void endAll(DiskRecord disk) throws IOException {
        for (Alarm alarm : standing()) {
            if (alarm.disk().equals(disk.identity.id())) {
                alarms.end(alarm.key());
            }
        }
    }
}
