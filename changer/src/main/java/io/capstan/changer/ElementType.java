package io.capstan.changer;

import java.util.Optional;

/**
 * The kinds of places a cartridge can be in, and the medium transport element that carries it between them.
 *
 * @see "SMC-3, 6.10 READ ELEMENT STATUS, ELEMENT TYPE CODE field"
 */
public enum ElementType {
    MEDIUM_TRANSPORT(1),
    STORAGE(2),
    IMPORT_EXPORT(3),
    DATA_TRANSFER(4);

    private final int code;

    ElementType(int code) {
        this.code = code;
    }

    /** ELEMENT TYPE CODE. */
    public int code() {
        return code;
    }

    /** Whether a cartridge can stay in an element of this type; a virtual picker never holds one between moves. */
    public boolean holdsCartridges() {
        return this != MEDIUM_TRANSPORT;
    }

    /** The type with that ELEMENT TYPE CODE; empty for 0, which means all types, and for reserved codes. */
    static Optional<ElementType> ofCode(int code) {
        return code >= 1 && code <= values().length
                ? Optional.of(values()[code - 1])
                : Optional.empty();
    }
}
