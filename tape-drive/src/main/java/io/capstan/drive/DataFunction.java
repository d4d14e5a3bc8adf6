package io.capstan.drive;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a drive model can do with data beyond reading and writing it; a personality lists those it has. */
public enum DataFunction {
    /** Mode page 0Fh can switch it on. */
    COMPRESSION,
    /** SECURITY PROTOCOL IN and OUT. */
    ENCRYPTION,
    /** Mode page 0Ah/F0h, PROTECT of INQUIRY, VPD page B5h. */
    LOGICAL_BLOCK_PROTECTION,
    /** WORM cartridges are taken; VPD page B0h says so. */
    WORM,
    /** GENERATE and RECEIVE RECOMMENDED ACCESS ORDER. */
    RECOMMENDED_ACCESS_ORDER;

    /** As personality files have it, for example {@code logical-block-protection}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<DataFunction> of(String key) {
        return Arrays.stream(values()).filter(function -> function.key().equals(key)).findFirst();
    }
}
