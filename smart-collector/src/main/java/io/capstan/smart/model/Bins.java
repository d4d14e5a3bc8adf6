package io.capstan.smart.model;

import java.util.Arrays;

/**
 * Cuts every feature's range into at most 64 bins, as evenly filled as its values allow, and each check's values to their bins'
 * numbers.
 */
final class Bins {

    static final int BINS_MAX = 64;
    private static final int SAMPLED_VALUES = 40_000;

    private final float[][] uppers;
    private final byte[][] columns;
    private final int[] usual;

    /**
     * @param chosen the samples to bin; a column's entry stands for the sample at that place
     */
    Bins(Samples samples, int[] chosen) {
        uppers = new float[samples.width()][];
        columns = new byte[samples.width()][chosen.length];
        usual = new int[samples.width()];
        for (int feature = 0; feature < uppers.length; feature++) {
            uppers[feature] = uppers(samples, chosen, feature);
            for (int place = 0; place < chosen.length; place++) {
                columns[feature][place] =
                        (byte) bin(uppers[feature], samples.feature(chosen[place], feature));
            }
            usual[feature] = usual(columns[feature]);
        }
    }

    byte[] column(int feature) {
        return columns[feature];
    }

    /** The bin that most samples are in. */
    int usual(int feature) {
        return usual[feature];
    }

    private static int usual(byte[] column) {
        int[] counts = new int[BINS_MAX];
        int most = 0;
        for (byte bin : column) {
            counts[bin]++;
            most = counts[bin] > counts[most] ? bin : most;
        }
        return most;
    }

    /** The greatest value of a bin: a split after it goes left up to here. */
    float upper(int feature, int bin) {
        return uppers[feature][bin];
    }

    /** The bin of a value. */
    int bin(int feature, float value) {
        return bin(uppers[feature], value);
    }

    int bins(int feature) {
        return uppers[feature].length + 1;
    }

    private static int bin(float[] uppers, float value) {
        int low = 0;
        int high = uppers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (value <= uppers[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Boundaries half-way between values, so that equal values share a bin. Rare large values get bins too: they matter. */
    private static float[] uppers(Samples samples, int[] chosen, int feature) {
        int step = Math.max(1, chosen.length / SAMPLED_VALUES);
        float[] values = new float[(chosen.length + step - 1) / step];
        for (int index = 0; index < values.length; index++) {
            values[index] = samples.feature(chosen[index * step], feature);
        }
        Arrays.sort(values);
        float[] distinct = new float[values.length];
        int[] upTo = new int[values.length];
        int count = 0;
        for (int index = 0; index < values.length; index++) {
            if (count == 0 || values[index] != distinct[count - 1]) {
                distinct[count++] = values[index];
            }
            upTo[count - 1] = index + 1;
        }
        if (count <= BINS_MAX) {
            return between(distinct, count);
        }
        return evenly(distinct, upTo, count);
    }

    private static float[] between(float[] distinct, int count) {
        float[] result = new float[Math.max(0, count - 1)];
        for (int index = 0; index < result.length; index++) {
            result[index] = middle(distinct[index], distinct[index + 1]);
        }
        return result;
    }

    private static float[] evenly(float[] distinct, int[] upTo, int count) {
        float[] result = new float[BINS_MAX - 1];
        int made = 0;
        int before = 0;
        for (int index = 0; index < count - 1 && made < result.length; index++) {
            double wanted = (double) (upTo[count - 1] - before) / (BINS_MAX - made);
            if (upTo[index] - before >= wanted) {
                result[made++] = middle(distinct[index], distinct[index + 1]);
                before = upTo[index];
            }
        }
        return Arrays.copyOf(result, made);
    }

    private static float middle(float low, float high) {
        float between = low + (high - low) / 2;
        return between < high ? between : low;
    }
}
