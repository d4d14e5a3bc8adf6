package io.capstan.smart;

import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.collect.Reading;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Takes down what came of reading all devices once: in logs, in the life of each disk, and in alarms. */
final class CollectionRound {

    /** Days on which the kernel saw I/O errors that count as repeated. */
    private static final int IO_ERROR_DAYS_MIN = 3;

    private static final long DAY_SECONDS = 24 * 3600;

    private final DiskRecords records;
    private final DeviceSource devices;
    private final DiskAlarms alarms;
    private final long staleSeconds;
    private final long nowSeconds;

    /** Ids of disks that are there, whether they answered or not. */
    private final Set<String> present = new LinkedHashSet<>();

    CollectionRound(
            DiskRecords records,
            DeviceSource devices,
            DiskAlarms alarms,
            long staleSeconds,
            long nowSeconds) {
        this.records = records;
        this.devices = devices;
        this.alarms = alarms;
        this.staleSeconds = staleSeconds;
        this.nowSeconds = nowSeconds;
    }

    void take(Map<DeviceName, ReadOutcome> outcomes) throws IOException {
        for (Map.Entry<DeviceName, ReadOutcome> outcome : outcomes.entrySet()) {
            take(outcome.getKey(), outcome.getValue());
        }
        findMissing();
    }

    private void take(DeviceName device, ReadOutcome outcome) throws IOException {
        switch (outcome) {
            case ReadOutcome.Read(Reading reading, var _) -> takeReading(device, reading);
            case ReadOutcome.Standby() -> takeStandby(device);
            case ReadOutcome.TimedOut(long limitMillis) ->
                    takeSilence(device, "no answer within " + limitMillis + " ms");
            case ReadOutcome.Refused(String reason) -> takeSilence(device, reason);
        }
    }

    private void takeReading(DeviceName device, Reading reading) throws IOException {
        DiskRecord disk = records.of(reading.identity());
        present.add(disk.identity.id());
        if (!isHere(disk, device, reading.timeSeconds())) {
            return;
        }
        disk.device = device;
        disk.location = devices.location(device.path());
        disk.notePlace(reading.timeSeconds());
        disk.presence = DiskView.Presence.ANSWERING;
        disk.gauges = new TreeMap<>(reading.gauges());
        disk.gauges.putAll(devices.gauges(device.path()));
        SortedMap<String, Long> counters = new TreeMap<>(reading.counters());
        counters.putAll(devices.counters(device.path()));
        disk.log.observe(
                reading.timeSeconds(), reading.powerOnHours().orElse(0), counters, disk.gauges);
        disk.evidence = EnumSet.noneOf(HardEvidence.class);
        disk.evidence.addAll(reading.evidence());
        if (disk.daysWithIoErrors() >= IO_ERROR_DAYS_MIN) {
            disk.evidence.add(HardEvidence.REPEATED_IO_ERRORS);
        }
        alarms.isFresh(disk);
        alarms.counters(disk);
    }

    /**
     * Takes down that a disk has come, or come back.
     *
     * @return false if it was replaced, and not pulled out yet: what it says is nobody's business any more
     */
    private boolean isHere(DiskRecord disk, DeviceName device, long timeSeconds)
            throws IOException {
        boolean isMissing = disk.presence == DiskView.Presence.MISSING;
        if (isMissing && disk.log.history().mayBegin()) {
            disk.log.append(new DiskEvent(timeSeconds, DiskEvent.Kind.OBSERVED, device.path()));
            disk.endIsCounted = false;
        } else if (disk.isEnded()) {
            disk.presence = DiskView.Presence.GONE;
            return false;
        } else if (disk.presence == DiskView.Presence.SILENT || (isMissing && disk.wasMissed())) {
            disk.log.append(new DiskEvent(timeSeconds, DiskEvent.Kind.BACK, device.path()));
            alarms.isBack(disk);
        }
        return true;
    }

    private void takeStandby(DeviceName device) throws IOException {
        for (DiskRecord disk : records.at(device)) {
            present.add(disk.identity.id());
            disk.presence = DiskView.Presence.ASLEEP;
            long unseenSeconds = nowSeconds - disk.log.history().lastSeenSeconds();
            if (unseenSeconds > staleSeconds && !alarms.isKnownStale(disk)) {
                disk.log.append(
                        new DiskEvent(
                                nowSeconds, DiskEvent.Kind.STALE, "asleep since it was last read"));
                alarms.isStale(disk, unseenSeconds / DAY_SECONDS);
            }
        }
    }

    private void takeSilence(DeviceName device, String reason) throws IOException {
        for (DiskRecord disk : records.at(device)) {
            present.add(disk.identity.id());
            if (disk.presence != DiskView.Presence.SILENT) {
                disk.presence = DiskView.Presence.SILENT;
                disk.log.append(new DiskEvent(nowSeconds, DiskEvent.Kind.SILENT, reason));
                alarms.isSilent(disk, reason);
            }
        }
    }

    private void findMissing() throws IOException {
        for (DiskRecord disk : records.all()) {
            if (present.contains(disk.identity.id())) {
                continue;
            }
            if (!disk.isEnded() && !disk.wasMissed()) {
                disk.log.append(
                        new DiskEvent(nowSeconds, DiskEvent.Kind.MISSING, disk.device.path()));
                alarms.isMissing(disk);
            }
            disk.presence = DiskView.Presence.MISSING;
        }
    }
}
