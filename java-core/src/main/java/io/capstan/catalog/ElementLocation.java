package io.capstan.catalog;

/**
 * An element of a library.
 *
 * @param library name of the library, 1 to 64 printable ASCII characters
 * @param address element address, 0 to FFFFh
 * @see "SMC-3, 3.1 element address"
 */
public record ElementLocation(String library, int address) {

    /** Longest name of a library, so that keys stay within what LMDB takes. */
    public static final int LIBRARY_LENGTH_MAX = 64;

    public ElementLocation {
        Range.checkName("library name", library, LIBRARY_LENGTH_MAX);
        Range.check("element address", address, 0, 0xFFFF);
    }

    @Override
    public String toString() {
        return library + ":" + address;
    }
}
