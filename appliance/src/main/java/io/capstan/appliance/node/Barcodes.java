package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbered barcodes as labels are printed: a prefix and a number that fill six characters, then the two characters that
 * name the type, for example {@code CAP001L8}.
 */
public final class Barcodes {

    private static final int NUMBERED_LENGTH = 6;
    private static final int DIGITS_MIN = 1;

    private final String prefix;
    private final String suffix;
    private final int digits;

    /**
     * @throws IllegalArgumentException if the prefix has other than A-Z and 0-9, or leaves no room for a number
     */
    public Barcodes(String prefix, String suffix) {
        if (!prefix.matches("[A-Z0-9]{1," + (NUMBERED_LENGTH - DIGITS_MIN) + "}")) {
            throw new IllegalArgumentException(
                    "a barcode prefix is 1 to %d of A-Z and 0-9, not '%s'"
                            .formatted(NUMBERED_LENGTH - DIGITS_MIN, prefix));
        }
        this.prefix = prefix;
        this.suffix = suffix;
        this.digits = NUMBERED_LENGTH - prefix.length();
    }

    /** How many there are, numbered from 1. */
    public int count() {
        return (int) Math.pow(10, digits) - 1;
    }

    /** The barcode of a number, from 1 to {@link #count()}. */
    public VolumeIdentifier of(int number) {
        return new VolumeIdentifier(prefix + ("%0" + digits + "d").formatted(number) + suffix);
    }

    /**
     * The lowest ones that no cartridge has, or had.
     *
     * @throws IllegalArgumentException if there are not so many
     */
    public List<VolumeIdentifier> free(Catalog catalog, int wanted) {
        List<VolumeIdentifier> free =
                catalog.read(view ->
                        IntStream.rangeClosed(1, count())
                                .mapToObj(this::of)
                                .filter(volume -> view.cartridge(volume).isEmpty())
                                .limit(wanted)
                                .toList());
        if (free.size() < wanted) {
            throw new IllegalArgumentException(
                    "only %d barcodes of prefix %s are free".formatted(free.size(), prefix));
        }
        return free;
    }
}
