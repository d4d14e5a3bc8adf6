package io.capstan.smart.collect;

import java.util.EnumSet;
import java.util.Set;

/**
 * smartctl's exit status, which is a bit mask: a disk that is failing, and one with old errors in its log, were read all the same.
 *
 * @see "smartctl(8), EXIT STATUS"
 */
public record ExitStatus(int value) {

    /** What smartctl is told to exit with, by {@code -n standby,3}, when a disk sleeps; no other cause sets both bits. */
    static final int STANDBY = 3;

    /** One bit of the mask. */
    public enum Bit {
        COMMAND_LINE_WRONG(0),
        DEVICE_NOT_OPENED(1),
        COMMAND_TO_DISK_FAILED(2),
        SMART_STATUS_FAILING(3),
        PREFAIL_ATTRIBUTE_BELOW_THRESHOLD(4),
        ATTRIBUTE_WAS_BELOW_THRESHOLD(5),
        ERROR_LOG_HAS_ERRORS(6),
        SELF_TEST_LOG_HAS_ERRORS(7);

        private final int number;

        Bit(int number) {
            this.number = number;
        }
    }

    public Set<Bit> bits() {
        Set<Bit> bits = EnumSet.noneOf(Bit.class);
        for (Bit bit : Bit.values()) {
            if ((value >> bit.number & 1) != 0) {
                bits.add(bit);
            }
        }
        return bits;
    }

    public boolean isStandby() {
        return value == STANDBY;
    }

    /** Whether the device was read at all, if only in part. */
    public boolean isRead() {
        return !bits().contains(Bit.COMMAND_LINE_WRONG) && !bits().contains(Bit.DEVICE_NOT_OPENED);
    }
}
