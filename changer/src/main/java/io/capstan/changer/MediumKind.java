package io.capstan.changer;

import io.capstan.catalog.CartridgeRecord;

/**
 * What a cartridge is for, as element descriptors tell it.
 *
 * @see "SMC-3, 6.10 READ ELEMENT STATUS, MEDIUM TYPE field of an element descriptor"
 */
public enum MediumKind {
    DATA(1),
    CLEANING(2),
    WORM(4);

    /** Libraries know a cleaning cartridge by its label. */
    private static final String CLEANING_LABEL_PREFIX = "CLN";

    private final int code;

    MediumKind(int code) {
        this.code = code;
    }

    /** MEDIUM TYPE field. */
    int code() {
        return code;
    }

    static MediumKind of(CartridgeRecord cartridge) {
        if (cartridge.volume().text().startsWith(CLEANING_LABEL_PREFIX)) {
            return CLEANING;
        }
        return cartridge.worm() ? WORM : DATA;
    }
}
