package io.capstan.catalog;

/** Bounds of what the catalog's records hold. */
final class Range {

    private Range() {}

    static void check(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s %d is not within %d to %d".formatted(what, value, min, max));
        }
    }

    static void checkNotNegative(String what, long value) {
        check(what, value, 0, Long.MAX_VALUE);
    }

    /** Names become parts of keys, which LMDB bounds and orders by byte: printable ASCII of a limited length. */
    static void checkName(String what, String name, int lengthMax) {
        if (name.isEmpty() || name.length() > lengthMax) {
            throw new IllegalArgumentException(
                    "%s '%s' is not 1 to %d characters long".formatted(what, name, lengthMax));
        }
        if (!name.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "%s '%s' has characters other than printable ASCII".formatted(what, name));
        }
    }
}
