package io.capstan.smart.history;

/** How a disk is used, as its count of power cycles over its hours tells. */
public enum UsagePattern {
    UNKNOWN("unknown"),
    ALWAYS_ON("started a few times a year"),
    RESTARTED("started about monthly"),
    SWITCHED("started more often than every fortnight");

    private static final double ALWAYS_ON_STARTS_MAX = 4;
    private static final double RESTARTED_STARTS_MAX = 26;
    private static final int YEAR_HOURS = 8760;

    /** With fewer hours, the starts of the first days speak of how it was built in. */
    private static final int HOURS_MIN = 30 * 24;

    private final String title;

    UsagePattern(String title) {
        this.title = title;
    }

    /** What a person calls it. */
    public String title() {
        return title;
    }

    /** Of a disk at a power-on hour, from what was known then. */
    public static UsagePattern of(Trajectory disk, int powered) {
        long starts = disk.value(SmartAttribute.POWER_CYCLES, disk.rowAt(powered));
        if (starts < 0 || powered < HOURS_MIN) {
            return UNKNOWN;
        }
        double yearly = (double) starts * YEAR_HOURS / powered;
        if (yearly <= ALWAYS_ON_STARTS_MAX) {
            return ALWAYS_ON;
        }
        return yearly <= RESTARTED_STARTS_MAX ? RESTARTED : SWITCHED;
    }
}
