package io.capstan.format;

import java.util.UUID;

/**
 * The identity of a store directory, and so of the disk below it: drawn when the directory is first used, kept in its
 * {@link DiskLabel}, never given again. A directory is known by it wherever it is mounted.
 */
public record DiskId(long mostSignificantBits, long leastSignificantBits)
        implements Comparable<DiskId> {

    /** Bytes of the encoded form, most significant first. */
    public static final int LENGTH_BYTES = 16;

    /**
     * Reads the form that {@link #toString()} gives.
     *
     * @throws IllegalArgumentException if {@code text} is not 32 lower-case hexadecimal digits
     */
    public static DiskId parse(String text) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a disk id: '" + text + "'");
        }
        return new DiskId(
                Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    public static DiskId of(UUID uuid) {
        return new DiskId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    @Override
    public int compareTo(DiskId other) {
        int high = Long.compareUnsigned(mostSignificantBits, other.mostSignificantBits);
        return high != 0
                ? high
                : Long.compareUnsigned(leastSignificantBits, other.leastSignificantBits);
    }

    /** 32 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return "%016x%016x".formatted(mostSignificantBits, leastSignificantBits);
    }
}
