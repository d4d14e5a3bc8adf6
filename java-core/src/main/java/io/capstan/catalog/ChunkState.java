package io.capstan.catalog;

/** The life of a chunk, in this order. */
public enum ChunkState implements Code {
    /** Being appended to. */
    OPEN(0),
    /** Complete and never changed again. */
    SEALED(1),
    /** No run refers to it any more: its file may be deleted, then its record. Final. */
    DELETABLE(2);

    private final int code;

    ChunkState(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }
}
