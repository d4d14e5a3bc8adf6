package io.capstan.scsi.spc;

import java.time.InstantSource;

/**
 * The clock of a logical unit behind REPORT TIMESTAMP and SET TIMESTAMP: the node's own, until a host sets another time
 * for what it reads back and nothing else.
 *
 * @see "SPC-4, 5.2 Device clocks; 6.33 REPORT TIMESTAMP; 6.46 SET TIMESTAMP"
 */
final class DeviceClock {

    private static final int PARAMETER_DATA_LENGTH = 10;
    private static final int PARAMETER_LIST_BYTES = 12;
    private static final int TIMESTAMP_AT = 4;
    private static final long TIMESTAMP_MASK = 0xFFFF_FFFF_FFFFL;

    /** TIMESTAMP ORIGIN: set by SET TIMESTAMP. */
    private static final int ORIGIN_SET_TIMESTAMP = 2;

    /** TIMESTAMP ORIGIN: set by other means. */
    private static final int ORIGIN_OTHER_METHOD = 3;

    private final InstantSource clock;
    private int origin = ORIGIN_OTHER_METHOD;
    private long offsetMillis;

    DeviceClock(InstantSource clock) {
        this.clock = clock;
    }

    byte[] report() {
        return new ResponseBuilder()
                .u16(PARAMETER_DATA_LENGTH)
                .u8(origin)
                .u8(0)
                .u48((clock.millis() + offsetMillis) & TIMESTAMP_MASK)
                .u16(0)
                .toByteArray();
    }

    void set(ParameterListReader list) {
        list.require(0, PARAMETER_LIST_BYTES);
        long timestampMillis = (long) list.u16(TIMESTAMP_AT) << 32 | list.u32(TIMESTAMP_AT + 2);
        offsetMillis = timestampMillis - clock.millis();
        origin = ORIGIN_SET_TIMESTAMP;
    }
}
