package io.capstan.smart.history;

import java.util.Optional;

/**
 * The ATA SMART attributes whose raw values the failure model learns from, in the order of the columns of history files.
 *
 * <p>All but {@link #POWER_CYCLES} count errors: a higher value never means a healthier disk.
 *
 * @see "ACS-4, annex on SMART attributes; the numbers are vendors' common use, not the standard's"
 */
public enum SmartAttribute {
    REALLOCATED_SECTORS(5, "reallocated sectors"),
    SPIN_RETRIES(10, "spin retries"),
    POWER_CYCLES(12, "power cycles"),
    REPORTED_UNCORRECTABLE(187, "reported uncorrectable errors"),
    COMMAND_TIMEOUTS(188, "command timeouts"),
    HIGH_FLY_WRITES(189, "high fly writes"),
    REALLOCATION_EVENTS(196, "reallocation events"),
    PENDING_SECTORS(197, "pending sectors"),
    OFFLINE_UNCORRECTABLE(198, "offline uncorrectable sectors");

    private static final SmartAttribute[] ALL = values();

    private final int id;
    private final String title;

    SmartAttribute(int id, String title) {
        this.id = id;
        this.title = title;
    }

    public int id() {
        return id;
    }

    /** What a person calls it. */
    public String title() {
        return title;
    }

    /** Whether a rise means trouble by itself. */
    public boolean countsErrors() {
        return this != POWER_CYCLES;
    }

    /**
     * The count in a raw value. Seagate packs three 16-bit words into attribute 188, of which the lowest is the count of all
     * time-outs; other makers' values stay far below 65536.
     */
    public long count(long raw) {
        return this == COMMAND_TIMEOUTS ? raw & 0xFFFF : raw;
    }

    public static Optional<SmartAttribute> of(int id) {
        for (SmartAttribute attribute : ALL) {
            if (attribute.id == id) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }
}
