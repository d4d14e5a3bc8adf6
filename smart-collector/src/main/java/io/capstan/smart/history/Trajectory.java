package io.capstan.smart.history;

import java.util.Arrays;

/**
 * One disk's error counters over its observed life: a row in force from its power-on hour until the next row's.
 *
 * <p>Power-on hours are the axis, because wear and errors belong to them; the calendar is known at both ends, and a straight
 * line between. Immutable once built; arrays are kept, not copied, and never handed out.
 */
public final class Trajectory {

    /** The value of an attribute that the disk does not report. */
    public static final long NOT_REPORTED = -1;

    private final String serial;
    private final DiskTraits traits;
    private final int[] poweredHours;
    private final long[][] values;
    private final Span span;
    private final boolean failed;

    /**
     * When a disk was observed, in power-on hours and in hours since 1970-01-01T00Z. The first row of a trajectory is in force
     * from its beginning.
     */
    public record Span(int firstPoweredHours, int firstHour, int lastPoweredHours, int lastHour) {

        /** Hours since 1970 at a power-on hour. */
        public int hourAt(int poweredHours) {
            return (int)
                    Math.round(
                            firstHour
                                    + (double) (poweredHours - firstPoweredHours)
                                            * (lastHour - firstHour)
                                            / Math.max(1, lastPoweredHours - firstPoweredHours));
        }

        /** Power-on hours at an hour since 1970; the inverse of {@link #hourAt}. */
        public int poweredHoursAt(int hour) {
            return (int)
                    Math.round(
                            firstPoweredHours
                                    + (double) (hour - firstHour)
                                            * (lastPoweredHours - firstPoweredHours)
                                            / Math.max(1, lastHour - firstHour));
        }
    }

    /**
     * @param poweredHours of each row, ascending, at least one
     * @param values by attribute's ordinal, then row; {@link #NOT_REPORTED} where there is none
     * @param failed whether the disk failed at the end of its span; one that was taken out healthy or on a prediction has not
     */
    public Trajectory(
            String serial,
            DiskTraits traits,
            int[] poweredHours,
            long[][] values,
            Span span,
            boolean failed) {
        if (poweredHours.length == 0 || values.length != SmartAttribute.values().length) {
            throw new IllegalArgumentException("the history of " + serial + " has no shape");
        }
        this.serial = serial;
        this.traits = traits;
        this.poweredHours = poweredHours;
        this.values = values;
        this.span = span;
        this.failed = failed;
    }

    public String serial() {
        return serial;
    }

    public DiskTraits traits() {
        return traits;
    }

    public Span span() {
        return span;
    }

    public boolean failed() {
        return failed;
    }

    public int rows() {
        return poweredHours.length;
    }

    public int poweredHours(int row) {
        return poweredHours[row];
    }

    /** The value of an attribute in a row; {@link #NOT_REPORTED} if the disk does not tell. */
    @SuppressWarnings("EnumOrdinal") // columns are kept in the order of the attributes
    public long value(SmartAttribute attribute, int row) {
        return values[attribute.ordinal()][row];
    }

    /** The row in force at a power-on hour; the first row before it. */
    public int rowAt(int powered) {
        int found = Arrays.binarySearch(poweredHours, powered);
        if (found < 0) {
            return Math.max(0, -found - 2);
        }
        while (found + 1 < poweredHours.length && poweredHours[found + 1] == powered) {
            found++;
        }
        return found;
    }

    /** Whether the disk was seen to fail within the hours after a power-on hour. */
    public boolean failsWithin(int powered, int hours) {
        return failed && span.lastPoweredHours() - powered <= hours;
    }

    /** Whether the fate of the hours after a power-on hour is known: the disk failed, or was seen through all of them. */
    public boolean isKnownThrough(int powered, int hours) {
        return failed || span.lastPoweredHours() - powered >= hours;
    }
}
