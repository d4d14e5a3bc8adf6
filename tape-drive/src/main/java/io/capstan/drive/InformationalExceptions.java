package io.capstan.drive;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.UnitAttentions;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The informational exceptions control mode page, 1Ch, in its form for tapes: how hosts that do not poll learn of
 * TapeAlert flags, and flags set for a test.
 *
 * <pre>
 *  0 PERF EBF EWASC DEXCPT TEST EBACKERR LOGERR     2 INTERVAL TIMER, 4 bytes
 *  1 MRIE (bits 3-0)                                6 TEST FLAG NUMBER, 4 bytes, signed
 * </pre>
 *
 * While DEXCPT is one, as it is by default, flags are for polling. Owner thread only.
 *
 * @see "SSC-5, 8.5.8 Informational Exceptions Control mode page, TapeAlert extension; SPC-4, 4.14"
 */
final class InformationalExceptions {

    static final int LENGTH_BYTES = 10;

    private static final int DEXCPT = 0x08;
    private static final int TEST = 0x04;
    private static final int METHOD_AT = 1;
    private static final int METHOD_MASK = 0x0F;
    private static final int TEST_FLAG_AT = 6;
    private static final int ALL_FLAGS = 0x7FFF;

    /** Methods of reporting, MRIE. */
    private static final int NONE = 0;

    private static final int UNIT_ATTENTION = 2;
    private static final int RECOVERED_ERROR_IF_PERMITTED = 3;
    private static final int RECOVERED_ERROR = 4;
    private static final int ON_REQUEST = 6;

    private final UnitAttentions unitAttentions;
    private final TapeAlerts tapeAlerts;
    private boolean disabled = true;
    private int method = RECOVERED_ERROR_IF_PERMITTED;
    private boolean pending;

    InformationalExceptions(UnitAttentions unitAttentions, TapeAlerts tapeAlerts) {
        this.unitAttentions = unitAttentions;
        this.tapeAlerts = tapeAlerts;
        tapeAlerts.onRaise(this::report);
    }

    static byte[] defaults() {
        byte[] page = new byte[LENGTH_BYTES];
        page[0] = DEXCPT;
        page[METHOD_AT] = RECOVERED_ERROR_IF_PERMITTED;
        return page;
    }

    static byte[] changeable() {
        byte[] mask = new byte[LENGTH_BYTES];
        mask[0] = DEXCPT | TEST;
        mask[METHOD_AT] = METHOD_MASK;
        for (int at = TEST_FLAG_AT; at < LENGTH_BYTES; at++) {
            mask[at] = (byte) 0xFF;
        }
        return mask;
    }

    /** A test needs exceptions that are enabled. */
    static OptionalInt firstInvalid(byte[] page) {
        boolean test = (page[0] & TEST) != 0;
        if (test && (page[0] & DEXCPT) != 0) {
            return OptionalInt.of(0);
        }
        boolean known =
                switch (page[METHOD_AT]) {
                    case NONE,
                            UNIT_ATTENTION,
                            RECOVERED_ERROR_IF_PERMITTED,
                            RECOVERED_ERROR,
                            ON_REQUEST ->
                            true;
                    default -> false;
                };
        if (!known) {
            return OptionalInt.of(METHOD_AT);
        }
        int flag = testFlag(page);
        boolean flagKnown = flag == ALL_FLAGS || Math.abs((long) flag) <= TapeAlert.FLAG_COUNT;
        return flagKnown ? OptionalInt.empty() : OptionalInt.of(TEST_FLAG_AT);
    }

    private static int testFlag(byte[] page) {
        return ByteBuffer.wrap(page).getInt(TEST_FLAG_AT);
    }

    /** Takes a page that {@link #firstInvalid} let pass, and performs the test in it. */
    void set(byte[] page) {
        disabled = (page[0] & DEXCPT) != 0;
        method = page[METHOD_AT] & METHOD_MASK;
        pending &= !disabled;
        if ((page[0] & TEST) != 0) {
            test(testFlag(page));
        }
    }

    /** The page without the test, which is done. */
    static byte[] withoutTest(byte[] page) {
        byte[] rest = page.clone();
        rest[0] &= ~TEST;
        ByteBuffer.wrap(rest).putInt(TEST_FLAG_AT, 0);
        return rest;
    }

    /** A positive number sets a flag, a negative one clears it, and none makes an exception without a flag. */
    private void test(int flag) {
        if (flag == ALL_FLAGS) {
            tapeAlerts.raiseAll();
        } else if (flag > 0) {
            tapeAlerts.raise(flag);
        } else if (flag < 0) {
            tapeAlerts.clear(-flag);
        } else {
            report();
        }
    }

    private void report() {
        if (disabled || method == NONE) {
            return;
        }
        if (method == UNIT_ATTENTION) {
            unitAttentions.raise(AdditionalSense.FAILURE_PREDICTION_THRESHOLD_EXCEEDED);
        } else {
            pending = true;
        }
    }

    /** What a command that ended well ends with instead, once; its data counts all the same. */
    Optional<SenseData> takeForCommand() {
        return method == ON_REQUEST ? Optional.empty() : take(SenseKey.RECOVERED_ERROR);
    }

    /** What REQUEST SENSE returns, once. */
    Optional<SenseData> takeForRequestSense() {
        return method == ON_REQUEST ? take(SenseKey.NO_SENSE) : Optional.empty();
    }

    private Optional<SenseData> take(SenseKey key) {
        if (!pending) {
            return Optional.empty();
        }
        pending = false;
        return Optional.of(
                SenseData.of(key, AdditionalSense.FAILURE_PREDICTION_THRESHOLD_EXCEEDED));
    }
}
