package io.capstan.format;

/**
 * A cartridge's volume identifier, which is what its barcode label says: 1 to 32 characters of the set that bar code
 * readers report.
 *
 * @see "SMC-3, 6.1.2 volume tag: 32 ASCII characters, left-aligned"
 */
public record VolumeIdentifier(String text) implements Comparable<VolumeIdentifier> {

    /** Bytes of the volume identification field of a volume tag, and of every structure of ours that holds one. */
    public static final int FIELD_LENGTH_BYTES = 32;

    public VolumeIdentifier {
        if (!text.matches("[A-Z0-9_\\-]{1,32}")) {
            throw new IllegalArgumentException(
                    "not a volume identifier (1 to 32 of A-Z, 0-9, '-', '_'): '" + text + "'");
        }
    }

    @Override
    public int compareTo(VolumeIdentifier other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
