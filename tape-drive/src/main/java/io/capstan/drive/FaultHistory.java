package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.LogParameter;
import io.capstan.scsi.spc.ResponseBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The latest commands that ended with MEDIUM ERROR or HARDWARE ERROR, latest first, as log page 16h tells them. Forgotten
 * when the drive is made anew. Owner thread only.
 *
 * @see "SSC-5, 8.3.6 Tape Diagnostic Data log page"
 */
final class FaultHistory {

    private static final int ENTRIES_MAX = 12;
    private static final int ENTRY_LENGTH_BYTES = 68;
    private static final int SECONDS_PER_HOUR = 3600;

    private record Entry(
            int densityCode,
            int mediumType,
            String volumeIdentifier,
            long loadedHours,
            long hoursSinceCleaning,
            SenseData sense,
            int operationCode,
            int serviceAction,
            long epochMillis) {}

    private final Loader loader;
    private final DriveCounters counters;
    private final InstantSource clock;
    private final String productRevision;
    private final Deque<Entry> latestFirst = new ArrayDeque<>();

    FaultHistory(
            Loader loader, DriveCounters counters, InstantSource clock, String productRevision) {
        this.loader = loader;
        this.counters = counters;
        this.clock = clock;
        this.productRevision = productRevision;
    }

    void note(Cdb cdb, int serviceAction, SenseData sense) {
        if (sense.key() != SenseKey.MEDIUM_ERROR && sense.key() != SenseKey.HARDWARE_ERROR) {
            return;
        }
        if (latestFirst.size() == ENTRIES_MAX) {
            latestFirst.removeLast();
        }
        latestFirst.addFirst(entry(cdb, serviceAction, sense));
    }

    private Entry entry(Cdb cdb, int serviceAction, SenseData sense) {
        Optional<Medium> medium = loader.medium();
        long loadedSeconds = counters.lifetime(DriveCounter.LOADED_SECONDS);
        long cleanedSeconds = counters.lifetime(DriveCounter.LOADED_SECONDS_AT_CLEANING);
        return new Entry(
                medium.map(each -> each.description().densityCode()).orElse(0),
                medium.map(each -> each.description().mediumType()).orElse(0),
                medium.map(each -> each.volumeIdentifier().text()).orElse(""),
                loadedSeconds / SECONDS_PER_HOUR,
                (loadedSeconds - cleanedSeconds) / SECONDS_PER_HOUR,
                sense,
                cdb.operationCode(),
                serviceAction,
                clock.millis());
    }

    /** Always as many parameters; those that nothing happened for are zero. */
    List<LogParameter> tapeDiagnosticData() {
        List<LogParameter> page = new ArrayList<>();
        for (Entry entry : latestFirst) {
            page.add(LogParameter.binary(page.size(), encode(entry)));
        }
        while (page.size() < ENTRIES_MAX) {
            page.add(LogParameter.binary(page.size(), new byte[ENTRY_LENGTH_BYTES]));
        }
        return page;
    }

    /**
     * <pre>
     *  2 DENSITY CODE                 20 HOURS SINCE LAST CLEAN
     *  3 MEDIUM TYPE                  24 OPERATION CODE
     *  4 LIFETIME MOTION HOURS        25 SERVICE ACTION (bits 4-0)
     *  9 REPEAT, SENSE KEY            28 MEDIUM ID NUMBER, 32 bytes
     * 10 ADDITIONAL SENSE CODE        60 TIMESTAMP ORIGIN (bits 3-0)
     * 11 ... QUALIFIER                62 TIMESTAMP, 6 bytes
     * 16 PRODUCT REVISION LEVEL
     * </pre>
     */
    private byte[] encode(Entry entry) {
        return new ResponseBuilder()
                .u16(0)
                .u8(entry.densityCode())
                .u8(entry.mediumType())
                .u32(entry.loadedHours())
                .u8(0)
                .u8(entry.sense().key().code())
                .u8(entry.sense().additionalSense().code())
                .u8(entry.sense().additionalSense().qualifier())
                .u32(0)
                .ascii(productRevision, 4)
                .u32(entry.hoursSinceCleaning())
                .u8(entry.operationCode())
                .u8(entry.serviceAction())
                .u16(0)
                .ascii(entry.volumeIdentifier(), 32)
                .u8(0)
                .u8(0)
                .u48(entry.epochMillis())
                .toByteArray();
    }

    /** One line a fault, for people. */
    List<String> lines() {
        return latestFirst.stream()
                .map(entry ->
                        "%tFT%<tTZ %02X/%02X: %s %02X/%02X %s"
                                .formatted(
                                        Instant.ofEpochMilli(entry.epochMillis())
                                                .atOffset(ZoneOffset.UTC),
                                        entry.operationCode(),
                                        entry.serviceAction(),
                                        entry.sense().key(),
                                        entry.sense().additionalSense().code(),
                                        entry.sense().additionalSense().qualifier(),
                                        entry.volumeIdentifier()))
                .toList();
    }
}
