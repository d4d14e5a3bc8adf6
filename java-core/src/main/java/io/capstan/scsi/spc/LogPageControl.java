package io.capstan.scsi.spc;

/**
 * PC of LOG SENSE and LOG SELECT, in the order of its values.
 *
 * @see "SPC-4, LOG SENSE command"
 */
public enum LogPageControl {
    THRESHOLD,
    CUMULATIVE,
    DEFAULT_THRESHOLD,
    DEFAULT_CUMULATIVE;

    static LogPageControl of(int code) {
        return values()[code & 3];
    }
}
