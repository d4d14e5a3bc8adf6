package io.capstan.drive;

import io.capstan.scsi.SenseData;
import io.capstan.scsi.spc.LogParameter;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What self-tests came to, the latest first. Lost at power-off. Owner thread only.
 *
 * @see "SPC-4, 7.3.18 Self-Test Results log page"
 */
final class SelfTestLog {

    private static final int RESULTS_MAX = 20;
    private static final int RESULT_BYTES = 16;
    private static final int COMPLETED = 0x0;
    private static final int FAILED_IN_AN_UNKNOWN_SEGMENT = 0x4;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int HOURS_MAX = 0xFFFF;
    private static final long NO_ADDRESS = -1;

    private final DriveCounters counters;
    private final UpTime upTime;
    private final Loader loader;
    private final Deque<byte[]> results = new ArrayDeque<>();

    SelfTestLog(DriveCounters counters, UpTime upTime, Loader loader) {
        this.counters = counters;
        this.upTime = upTime;
        this.loader = loader;
    }

    /**
     * A self-test is over.
     *
     * @param code SELF-TEST CODE, 0 for the default self-test
     * @param failure what it found; empty if all was well
     */
    void note(int code, Optional<SenseData> failure) {
        upTime.update(loader.state() == LoadState.LOADED);
        long hours = counters.lifetime(DriveCounter.POWER_ON_SECONDS) / SECONDS_PER_HOUR;
        ResponseBuilder result =
                new ResponseBuilder()
                        .u8(
                                code << 5
                                        | (failure.isPresent()
                                                ? FAILED_IN_AN_UNKNOWN_SEGMENT
                                                : COMPLETED))
                        .u8(0)
                        .u16((int) Math.min(hours, HOURS_MAX))
                        .u64(NO_ADDRESS)
                        .u8(failure.map(sense -> sense.key().code()).orElse(0))
                        .u8(failure.map(sense -> sense.additionalSense().code()).orElse(0))
                        .u8(failure.map(sense -> sense.additionalSense().qualifier()).orElse(0))
                        .u8(0);
        results.addFirst(result.toByteArray());
        if (results.size() > RESULTS_MAX) {
            results.removeLast();
        }
    }

    /** Always twenty parameters; those of tests that were not are zero. */
    List<LogParameter> parameters() {
        List<LogParameter> page = new ArrayList<>();
        results.forEach(result -> page.add(LogParameter.binary(page.size() + 1, result)));
        while (page.size() < RESULTS_MAX) {
            page.add(LogParameter.binary(page.size() + 1, new byte[RESULT_BYTES]));
        }
        return page;
    }
}
