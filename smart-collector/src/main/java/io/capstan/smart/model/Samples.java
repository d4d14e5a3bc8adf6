package io.capstan.smart.model;

import java.util.Arrays;

/**
 * Checks of disks with their features and fates: what trees learn from.
 *
 * <p>A check's fate is stored as it came to be known in the end; {@link #known} and {@link #event} answer as of an hour, so that
 * one set of samples serves every refit of a walk through history. Grows at the end alone; has one owner while it grows.
 */
final class Samples {

    private final int width;
    private int size;
    private float[] features = new float[0];
    private int[] disk = new int[0];
    private int[] hour = new int[0];
    private int[] remainingHours = new int[0];
    private boolean[] failed = new boolean[0];
    private Draw[] draw = new Draw[0];
    private float[] ratePerDay = new float[0];

    /**
     * How a check was drawn.
     *
     * @param place among the checks of its disk in its month
     * @param checks that the month has if the disk is known to have failed soon after; otherwise the first stands for all
     * @param keptOneIn of checks like it, unless the disk is known to have failed within a year
     * @param number drawn evenly between 0 and 1
     */
    record Draw(int place, int checks, int keptOneIn, double number) {

        private static final int YEAR_HOURS = 365 * 24;

        /** Whether a check can have any weight at any time, given how the disk ended. */
        boolean mayCount(boolean failed, int remaining) {
            return weight(failed && remaining <= YEAR_HOURS) > 0
                    || (place == 0 && number * keptOneIn < 1);
        }

        float weight(boolean isKnownToFail) {
            if (isKnownToFail) {
                return 1f / checks;
            }
            return place == 0 && number * keptOneIn < 1 ? keptOneIn : 0;
        }
    }

    Samples(int width) {
        this.width = width;
    }

    int size() {
        return size;
    }

    int width() {
        return width;
    }

    /**
     * @param values copied
     * @param diskIndex samples of one disk share it
     * @param remaining hours from the check to the end of the disk's record
     */
    void add(
            float[] values,
            int diskIndex,
            int atHour,
            int remaining,
            boolean fails,
            Draw drawn,
            double rate) {
        if (size == disk.length) {
            grow(Math.max(1024, size + size / 2));
        }
        System.arraycopy(values, 0, features, size * width, width);
        disk[size] = diskIndex;
        hour[size] = atHour;
        remainingHours[size] = remaining;
        failed[size] = fails;
        draw[size] = drawn;
        ratePerDay[size] = (float) rate;
        size++;
    }

    private void grow(int capacity) {
        features = Arrays.copyOf(features, capacity * width);
        disk = Arrays.copyOf(disk, capacity);
        hour = Arrays.copyOf(hour, capacity);
        remainingHours = Arrays.copyOf(remainingHours, capacity);
        failed = Arrays.copyOf(failed, capacity);
        draw = Arrays.copyOf(draw, capacity);
        ratePerDay = Arrays.copyOf(ratePerDay, capacity);
    }

    float feature(int sample, int index) {
        return features[sample * width + index];
    }

    void copyFeatures(int sample, float[] target) {
        System.arraycopy(features, sample * width, target, 0, width);
    }

    int disk(int sample) {
        return disk[sample];
    }

    int hour(int sample) {
        return hour[sample];
    }

    /** For how many monthly checks of disks it stands, as of an hour; 0 if it does not count then. */
    float weight(int sample, int asOfHour) {
        return draw[sample].weight(
                failed[sample]
                        && remainingHours[sample] <= Draw.YEAR_HOURS
                        && hour[sample] + remainingHours[sample] <= asOfHour);
    }

    /**
     * The same, less for checks of long ago: fleets change, and what is learned is for the disks of tomorrow.
     *
     * @param halfLifeDays after which a check counts half
     */
    double recentWeight(int sample, int asOfHour, int halfLifeDays) {
        double age = (asOfHour - hour[sample]) / 24.0;
        return weight(sample, asOfHour) * Math.pow(0.5, age / halfLifeDays);
    }

    float ratePerDay(int sample) {
        return ratePerDay[sample];
    }

    /**
     * Whether a check belongs to those of which it is known, at an hour, if the disk failed in an interval after the check.
     *
     * @param from hours after the check at which the interval begins; a disk must have lived to see it
     * @param to hours after the check at which it ends
     */
    boolean known(int sample, int asOfHour, int from, int to) {
        return hour[sample] + to <= asOfHour
                && weight(sample, asOfHour) > 0
                && (remainingHours[sample] > from || from == 0)
                && (failed[sample] || remainingHours[sample] >= to);
    }

    /** Whether the disk failed in the interval that ends so many hours after the check; to be asked of known ones. */
    boolean event(int sample, int to) {
        return failed[sample] && remainingHours[sample] <= to;
    }
}
