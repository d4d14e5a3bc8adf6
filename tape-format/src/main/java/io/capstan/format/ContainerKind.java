package io.capstan.format;

import java.util.Optional;

/** What a container holds. */
public enum ContainerKind {
    /** The partitions of a virtual tape. */
    CARTRIDGE(1),
    /** The content of a block device. */
    VOLUME(2);

    private final int code;

    ContainerKind(int code) {
        this.code = code;
    }

    /** The code in the chunk header. */
    public int code() {
        return code;
    }

    /** The kind with this code, or empty if version 1 knows none. */
    static Optional<ContainerKind> of(int code) {
        return switch (code) {
            case 1 -> Optional.of(CARTRIDGE);
            case 2 -> Optional.of(VOLUME);
            default -> Optional.empty();
        };
    }
}
