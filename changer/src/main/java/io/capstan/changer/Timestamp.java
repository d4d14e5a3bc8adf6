package io.capstan.changer;

import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.ResponseBuilder;
import java.time.InstantSource;

/**
 * The device clock: the node's own, until a host sets another time.
 *
 * @see "SPC-4, 5.2 Device clocks; 6.36 REPORT TIMESTAMP; 6.42 SET TIMESTAMP"
 */
final class Timestamp {

    static final int PARAMETER_LIST_BYTES = 12;

    private static final int ORIGIN_SET_TIMESTAMP = 2;
    private static final int ORIGIN_OTHER_METHOD = 3;
    private static final int TIMESTAMP_AT = 4;
    private static final long TIMESTAMP_MASK = 0xFFFF_FFFF_FFFFL;

    private final InstantSource clock;
    private int origin = ORIGIN_OTHER_METHOD;
    private long offsetMillis;

    Timestamp(InstantSource clock) {
        this.clock = clock;
    }

    byte[] report() {
        return new ResponseBuilder()
                .u16(PARAMETER_LIST_BYTES - 2)
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
