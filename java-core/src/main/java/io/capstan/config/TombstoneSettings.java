package io.capstan.config;

import java.util.OptionalInt;

/**
 * Section {@code tombstones}: what the catalog keeps of cartridges that were destroyed.
 *
 * @param keepDays after which it is given up, and the barcode is free ({@code keep-days}); empty for never
 */
public record TombstoneSettings(OptionalInt keepDays) {

    /** A barcode that is free again before the day is over would be mistaken for the one that was. */
    static final int KEEP_MIN_DAYS = 1;

    static final int KEEP_MAX_DAYS = 36_500;

    public static final TombstoneSettings DEFAULTS = new TombstoneSettings(OptionalInt.empty());
}
