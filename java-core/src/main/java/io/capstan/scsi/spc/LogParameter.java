package io.capstan.scsi.spc;

import java.util.Arrays;

/**
 * One log parameter.
 *
 * @param code PARAMETER CODE
 * @param control parameter control byte: DU, TSD, FORMAT AND LINKING
 * @param value at most 255 bytes
 * @see "SPC-4, Log parameters"
 */
public record LogParameter(int code, int control, byte[] value) {

    /** FORMAT AND LINKING of a bounded data counter. */
    public static final int COUNTER = 0x00;

    /** FORMAT AND LINKING of a list in ASCII. */
    public static final int ASCII_LIST = 0x01;

    /** FORMAT AND LINKING of a list in binary. */
    public static final int BINARY_LIST = 0x03;

    private static final int FORMAT_MASK = 0x03;
    private static final int UNBOUNDED_COUNTER = 0x02;
    private static final int HEADER_BYTES = 4;

    public LogParameter {
        if (code < 0 || code > 0xFFFF || value.length > 0xFF) {
            throw new IllegalArgumentException("log parameter " + code);
        }
        value = value.clone();
    }

    /** A counter, big-endian in {@code lengthBytes}; it stops at the greatest value that fits. */
    public static LogParameter counter(int code, long value, int lengthBytes) {
        return new LogParameter(code, COUNTER, bigEndian(value, lengthBytes));
    }

    /** A number that is no counter, big-endian in {@code lengthBytes}. */
    public static LogParameter binary(int code, long value, int lengthBytes) {
        return new LogParameter(code, BINARY_LIST, bigEndian(value, lengthBytes));
    }

    public static LogParameter binary(int code, byte[] value) {
        return new LogParameter(code, BINARY_LIST, value);
    }

    /** Text in a field of fixed length, filled with blanks. */
    public static LogParameter ascii(int code, String text, int lengthBytes) {
        byte[] value = new ResponseBuilder().ascii(text, lengthBytes).toByteArray();
        return new LogParameter(code, ASCII_LIST, value);
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    /**
     * This parameter as {@code pageControl} asks for it. Only counters have thresholds and defaults: the greatest value
     * as threshold, zero as cumulative default.
     */
    LogParameter as(LogPageControl pageControl) {
        boolean counter =
                (control & FORMAT_MASK) == COUNTER || (control & FORMAT_MASK) == UNBOUNDED_COUNTER;
        if (!counter) {
            return this;
        }
        return switch (pageControl) {
            case CUMULATIVE -> this;
            case DEFAULT_CUMULATIVE -> new LogParameter(code, control, new byte[value.length]);
            case THRESHOLD, DEFAULT_THRESHOLD -> {
                byte[] greatest = new byte[value.length];
                Arrays.fill(greatest, (byte) 0xFF);
                yield new LogParameter(code, control, greatest);
            }
        };
    }

    void encode(ResponseBuilder page) {
        page.u16(code).u8(control).u8(value.length).bytes(value);
    }

    int encodedLengthBytes() {
        return HEADER_BYTES + value.length;
    }

    private static byte[] bigEndian(long value, int lengthBytes) {
        long greatest = lengthBytes >= 8 ? Long.MAX_VALUE : (1L << (8 * lengthBytes)) - 1;
        long bounded = Math.clamp(value, 0, greatest);
        byte[] bytes = new byte[lengthBytes];
        for (int at = lengthBytes - 1, shift = 0; at >= 0 && shift < 64; at--, shift += 8) {
            bytes[at] = (byte) (bounded >> shift);
        }
        return bytes;
    }
}
