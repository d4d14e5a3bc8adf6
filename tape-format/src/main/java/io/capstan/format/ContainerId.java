package io.capstan.format;

import java.util.UUID;

/**
 * The identity of a container: unique for ever and on every node, never reused. Written big-endian, most significant
 * half first, in files, catalog keys and file names.
 */
public record ContainerId(long mostSignificantBits, long leastSignificantBits)
        implements Comparable<ContainerId> {

    /** Bytes of the encoded form. */
    public static final int LENGTH_BYTES = 16;

    /**
     * Reads the form that {@link #toString()} gives.
     *
     * @throws IllegalArgumentException if {@code text} is not 32 lower-case hexadecimal digits
     */
    public static ContainerId parse(String text) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a container id: '" + text + "'");
        }
        return new ContainerId(
                Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    /** A container id from a random UUID, which the caller draws from the node's source of randomness. */
    public static ContainerId of(UUID uuid) {
        return new ContainerId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    @Override
    public int compareTo(ContainerId other) {
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
