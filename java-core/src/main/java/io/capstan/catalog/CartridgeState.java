package io.capstan.catalog;

/** Whether a cartridge still exists. */
public enum CartridgeState implements Code {
    /** In an element, or on the shelf outside every library. */
    PRESENT(0),
    /** A tombstone: its content is gone or being reclaimed, its volume identifier stays known. */
    DESTROYED(1);

    private final int code;

    CartridgeState(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }
}
