package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parameters of the medium partition mode page, 11h, as bytes behind the page header.
 *
 * <pre>
 *  0 MAXIMUM ADDITIONAL PARTITIONS      4 PARTITION UNITS (bits 3-0)
 *  1 ADDITIONAL PARTITIONS DEFINED      5 reserved
 *  2 FDP SDP IDP PSUM(2) POFM CLEAR ADDP
 *  3 MEDIUM FORMAT RECOGNITION          6 PARTITION SIZE, 2 bytes for each of 4 partitions
 * </pre>
 *
 * FDP and SDP divide the medium evenly, IDP takes the sizes given, in the unit that PSUM says; a size of FFFFh is the
 * rest. POFM is always one: a layout takes effect with FORMAT MEDIUM.
 *
 * @see "SSC-5, 8.5.6 Medium Partition mode page"
 */
final class PartitionPage {

    static final int LENGTH_BYTES = 6 + 2 * Medium.PARTITION_COUNT_MAX;

    static final int ADDITIONAL_MAX_AT = 0;
    static final int ADDITIONAL_DEFINED_AT = 1;

    private static final int FLAGS_AT = 2;
    private static final int UNITS_AT = 4;
    private static final int SIZES_AT = 6;
    private static final int FDP = 0x80;
    private static final int SDP = 0x40;
    private static final int IDP = 0x20;
    private static final int KINDS = FDP | SDP | IDP;
    private static final int PSUM_UNITS = 0x18;
    private static final int POFM = 0x04;
    private static final int FORMAT_AND_PARTITION_RECOGNITION = 0x03;
    private static final int REST = 0xFFFF;
    private static final int EXPONENT_MAX = 12;

    private PartitionPage() {}

    /** What MODE SELECT may change. POFM may be sent as zero, and stays one. */
    static byte[] changeable() {
        byte[] mask = new byte[LENGTH_BYTES];
        mask[ADDITIONAL_DEFINED_AT] = Medium.PARTITION_COUNT_MAX - 1;
        mask[FLAGS_AT] = (byte) (KINDS | PSUM_UNITS | POFM);
        mask[UNITS_AT] = 0x0F;
        for (int at = SIZES_AT; at < LENGTH_BYTES; at++) {
            mask[at] = (byte) 0xFF;
        }
        return mask;
    }

    /** The page for a medium of one partition that nobody knows the size of. */
    static byte[] defaults() {
        return encode(Medium.PARTITION_COUNT_MAX, List.of(0L));
    }

    /** The page for the layout a medium has. */
    static byte[] of(Mount mount) {
        List<Long> capacitiesBytes = new ArrayList<>();
        for (int partition = 0; partition < mount.medium().partitionCount(); partition++) {
            capacitiesBytes.add(mount.medium().capacityBytes(partition));
        }
        return encode(mount.type().partitionCountMax(), capacitiesBytes);
    }

    private static byte[] encode(int partitionCountMax, List<Long> capacitiesBytes) {
        long largestBytes = capacitiesBytes.stream().mapToLong(Long::longValue).max().orElse(0);
        int exponent = exponent(largestBytes);
        ResponseBuilder page =
                new ResponseBuilder()
                        .u8(partitionCountMax - 1)
                        .u8(capacitiesBytes.size() - 1)
                        .u8((capacitiesBytes.size() > 1 ? IDP : 0) | PSUM_UNITS | POFM)
                        .u8(FORMAT_AND_PARTITION_RECOGNITION)
                        .u8(exponent)
                        .u8(0);
        for (long capacityBytes : capacitiesBytes) {
            page.u16((int) Math.min(capacityBytes / powerOfTen(exponent), REST - 1));
        }
        return page.zeros(LENGTH_BYTES - page.lengthBytes()).toByteArray();
    }

    /** Gigabytes, or the unit of a thousand that still tells small cartridges apart. */
    private static int exponent(long largestBytes) {
        int exponent = 9;
        while (exponent > 3 && largestBytes < 100 * powerOfTen(exponent)) {
            exponent -= 3;
        }
        return exponent;
    }

    /** The first byte of {@code parameters} that no medium could follow. */
    static OptionalInt firstInvalid(byte[] parameters) {
        int additional = parameters[ADDITIONAL_DEFINED_AT];
        int kind = parameters[FLAGS_AT] & KINDS;
        if (Integer.bitCount(kind) > 1 || (additional > 0 && kind == 0)) {
            return OptionalInt.of(FLAGS_AT);
        }
        if (unitExponent(parameters) > EXPONENT_MAX) {
            return OptionalInt.of(UNITS_AT);
        }
        if (additional == 0 || kind != IDP) {
            return OptionalInt.empty();
        }
        boolean restTaken = false;
        for (int partition = 0; partition <= additional; partition++) {
            int size = size(parameters, partition);
            if (size == 0 || (size == REST && restTaken)) {
                return OptionalInt.of(SIZES_AT + 2 * partition);
            }
            restTaken |= size == REST;
        }
        return OptionalInt.empty();
    }

    /**
     * The layout {@code parameters} ask for.
     *
     * @param parameters ones that {@link #firstInvalid} let pass
     * @param totalBytes to be divided
     * @return empty if they ask for more
     */
    static Optional<List<Long>> layout(byte[] parameters, long totalBytes) {
        int count = parameters[ADDITIONAL_DEFINED_AT] + 1;
        if (count == 1) {
            return Optional.of(List.of(totalBytes));
        }
        if ((parameters[FLAGS_AT] & KINDS) != IDP) {
            return Optional.of(evenly(count, totalBytes));
        }
        return individually(parameters, count, totalBytes);
    }

    private static List<Long> evenly(int count, long totalBytes) {
        List<Long> layout = new ArrayList<>();
        for (int partition = 0; partition < count; partition++) {
            layout.add(Math.max(1, totalBytes / count));
        }
        return layout;
    }

    private static Optional<List<Long>> individually(
            byte[] parameters, int count, long totalBytes) {
        long unitBytes = powerOfTen(unitExponent(parameters));
        List<Long> layout = new ArrayList<>();
        long restBytes = totalBytes;
        int restAt = -1;
        for (int partition = 0; partition < count; partition++) {
            int size = size(parameters, partition);
            if (size == REST) {
                restAt = partition;
            }
            long sizeBytes = size == REST ? 0 : size * unitBytes;
            layout.add(sizeBytes);
            restBytes -= sizeBytes;
        }
        if (restAt >= 0) {
            layout.set(restAt, restBytes);
        }
        return restBytes < (restAt >= 0 ? 1 : 0) ? Optional.empty() : Optional.of(layout);
    }

    private static int size(byte[] parameters, int partition) {
        int at = SIZES_AT + 2 * partition;
        return ((parameters[at] & 0xFF) << 8) | (parameters[at + 1] & 0xFF);
    }

    /** PSUM: bytes, kilobytes, megabytes, or ten to PARTITION UNITS. */
    private static int unitExponent(byte[] parameters) {
        int psum = (parameters[FLAGS_AT] & PSUM_UNITS) >> 3;
        return psum == 3 ? parameters[UNITS_AT] & 0x0F : 3 * psum;
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
