package io.capstan.config;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Cartridges that a library comes with. Their barcodes are the prefix, a number that fills it up to six characters, and the
 * suffix: {@code CAP001L8}.
 *
 * @param prefix 1 to 5 characters ({@code prefix})
 * @param firstNumber number of the first one ({@code first-number})
 * @param count how many ({@code count})
 * @param medium kind of medium ({@code medium})
 * @param suffix 0 to 2 characters ({@code suffix}); by default what the medium's barcodes end with
 * @param capacityBytes capacity of each ({@code capacity}); the medium's own where there is none
 */
public record CartridgeSettings(
        String prefix,
        int firstNumber,
        int count,
        String medium,
        String suffix,
        OptionalLong capacityBytes) {

    static final String PREFIX_DEFAULT = "CAP";
    static final String MEDIUM_DEFAULT = "LTO-8";

    /** Characters of a barcode before its suffix, as on the labels of LTO cartridges. */
    private static final int LABEL_LENGTH = 6;

    /** The greatest number that fits behind the prefix. */
    int numberMax() {
        int max = 0;
        for (int digit = 0; digit < digits(); digit++) {
            max = max * 10 + 9;
        }
        return max;
    }

    private int digits() {
        return LABEL_LENGTH - prefix.length();
    }

    /** The barcodes in order of number. */
    public List<String> barcodes() {
        String format = "%s%0" + digits() + "d%s";
        return IntStream.range(firstNumber, firstNumber + count)
                .mapToObj(number -> format.formatted(prefix, number, suffix))
                .toList();
    }
}
