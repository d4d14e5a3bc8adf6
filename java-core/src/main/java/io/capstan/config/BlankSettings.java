package io.capstan.config;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An item of {@code blank-cartridges}: a library is to have so many of them.
 *
 * @param library that has them ({@code library}); required
 * @param prefix what their barcodes begin with ({@code prefix}); required
 * @param atLeast how many there are to be ({@code at-least}); required
 * @param medium kind of medium ({@code medium})
 * @param suffix what their barcodes end with ({@code suffix}); by default what the medium's do
 * @param capacityBytes capacity of each ({@code capacity}); the medium's own where there is none
 * @param arrivesInImportExport whether new ones come into import/export elements ({@code arrive})
 * @param pool that their data goes to ({@code pool})
 * @param keepGenerationsDays how long earlier content of each is kept ({@code keep-generations-days}); as pool or node says
 *     where there is none
 * @param lockDays how long each is locked from when it is made ({@code lock-days})
 */
public record BlankSettings(
        String library,
        String prefix,
        int atLeast,
        String medium,
        String suffix,
        OptionalLong capacityBytes,
        boolean arrivesInImportExport,
        String pool,
        OptionalInt keepGenerationsDays,
        OptionalInt lockDays) {}
