package io.capstan.scsi.spc;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bugs that a logical unit ran into: counted always, logged once for each distinct place.
 *
 * <p>Two faults are the same when they are of one class and come from the same line, whatever their messages say.
 */
final class FaultLog {

    private static final Logger LOG = LoggerFactory.getLogger(SpcDeviceServer.class);

    /** After so many distinct faults the log tells nobody anything new. */
    private static final int DISTINCT_MAX = 64;

    private final String logicalUnit;
    private final Set<String> seen = new HashSet<>();
    private final AtomicLong count = new AtomicLong();

    FaultLog(String logicalUnit) {
        this.logicalUnit = logicalUnit;
    }

    /** Readable from any thread. */
    long count() {
        return count.get();
    }

    /**
     * @param what the CDB or task management function that failed; made a string only if it is logged
     * @return whether it was logged
     */
    boolean record(Object what, Throwable fault) {
        count.incrementAndGet();
        boolean first = seen.size() < DISTINCT_MAX && seen.add(place(fault));
        if (first) {
            LOG.error(
                    "{}: {} failed inside; it was answered INTERNAL TARGET FAILURE and the logical unit stays in"
                            + " service. Please report this with the trace.",
                    logicalUnit,
                    what,
                    fault);
        }
        return first;
    }

    private static String place(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return fault.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
