package io.capstan.format;

import java.util.Optional;

/** What a record of a chunk file is. Blocks and filemarks are logical objects and have an object number of their own. */
public enum RecordKind {
    /** A logical block. */
    BLOCK(1),
    /** A filemark; it carries no data. */
    FILEMARK(2),
    /** The partition's content ended here when this was written: left by erase, so that replay does not resurrect. */
    END_OF_DATA(3),
    /** Fills the file up to an alignment, so that synchronized bytes are never written again. */
    PADDING(4);

    private static final RecordKind[] KINDS = values();

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    /** The code in the record header. */
    public int code() {
        return code;
    }

    /** Whether records of this kind are logical objects, counted by READ POSITION. */
    public boolean isObject() {
        return this == BLOCK || this == FILEMARK;
    }

    /** The kind with this code, or empty if version 1 knows none. */
    static Optional<RecordKind> of(int code) {
        return code >= 1 && code <= KINDS.length ? Optional.of(KINDS[code - 1]) : Optional.empty();
    }
}
