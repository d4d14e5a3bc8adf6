package io.capstan.smart.model;

import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;

/**
 * Computes the features of a disk at a power-on hour from what was known then, and from nothing later.
 *
 * <p>Not for several threads at once: scratch state is reused.
 */
final class FeatureVector {

    /** Hours since a rise that never was. */
    private static final float NEVER_HOURS = 100_000;

    private static final int[] WINDOWS_HOURS = {7 * 24, 30 * 24, 90 * 24};
    private static final SmartAttribute[] ATTRIBUTES = SmartAttribute.values();

    private final int[] windowRows = new int[WINDOWS_HOURS.length];

    static int length() {
        return Feature.all().size();
    }

    /**
     * @param target filled, in the order of {@link Feature#all}
     */
    void compute(Trajectory disk, int powered, Rates rates, float[] target) {
        int now = disk.rowAt(powered);
        for (int window = 0; window < WINDOWS_HOURS.length; window++) {
            windowRows[window] = disk.rowAt(powered - WINDOWS_HOURS[window]);
        }
        int at = 0;
        int nonzero = 0;
        int risen = 0;
        float sinceAnyRise = NEVER_HOURS;
        for (SmartAttribute attribute : ATTRIBUTES) {
            long level = disk.value(attribute, now);
            target[at++] = level;
            for (int window = 0; window < WINDOWS_HOURS.length; window++) {
                target[at++] = rise(disk, attribute, windowRows[window], now);
            }
            target[at++] = hoursSinceRise(disk, attribute, now, powered);
            if (attribute.countsErrors()) {
                nonzero += level > 0 ? 1 : 0;
                risen += target[at - 3] > 0 ? 1 : 0;
                sinceAnyRise = Math.min(sinceAnyRise, target[at - 1]);
            }
        }
        target[at++] = nonzero;
        target[at++] = risen;
        target[at++] = changedDays(disk, windowRows[1], now);
        target[at++] = changedDays(disk, windowRows[2], now);
        target[at++] = peak(disk, windowRows[2], now);
        target[at++] = changedDays(disk, windowRows[0], now);
        target[at++] = sinceAnyRise;
        target[at++] = hoursSinceFirstError(disk, now, powered);
        target[at++] = powered;
        target[at++] = (float) disk.traits().capacityTerabytes();
        target[at++] = (float) Math.log(rates.modelAtAge());
        target[at++] = (float) Math.log(rates.modelRecent());
        target[at] = (float) Math.log(rates.batch());
    }

    /** Whether no error counter of the disk was ever above zero up to an hour. */
    static boolean isClean(Trajectory disk, int powered) {
        int now = disk.rowAt(powered);
        for (SmartAttribute attribute : ATTRIBUTES) {
            if (attribute.countsErrors() && disk.value(attribute, now) > 0) {
                return false;
            }
        }
        return true;
    }

    private static float rise(Trajectory disk, SmartAttribute attribute, int from, int to) {
        long before = disk.value(attribute, from);
        long after = disk.value(attribute, to);
        return before < 0 || after < 0 ? 0 : Math.max(0, after - before);
    }

    private static float hoursSinceRise(
            Trajectory disk, SmartAttribute attribute, int now, int powered) {
        for (int row = now; row > 0; row--) {
            if (rise(disk, attribute, row - 1, row) > 0) {
                return powered - disk.poweredHours(row);
            }
        }
        return NEVER_HOURS;
    }

    private static float hoursSinceFirstError(Trajectory disk, int now, int powered) {
        for (int row = 0; row <= now; row++) {
            for (SmartAttribute attribute : ATTRIBUTES) {
                if (attribute.countsErrors() && disk.value(attribute, row) > 0) {
                    return powered - disk.poweredHours(row);
                }
            }
        }
        return NEVER_HOURS;
    }

    private static int changedDays(Trajectory disk, int from, int to) {
        int days = 0;
        for (int row = from + 1; row <= to; row++) {
            for (SmartAttribute attribute : ATTRIBUTES) {
                if (attribute.countsErrors() && rise(disk, attribute, row - 1, row) > 0) {
                    days++;
                    break;
                }
            }
        }
        return days;
    }

    private static float peak(Trajectory disk, int from, int to) {
        long most = 0;
        for (int row = from; row <= to; row++) {
            most = Math.max(most, disk.value(SmartAttribute.PENDING_SECTORS, row));
        }
        return most;
    }
}
