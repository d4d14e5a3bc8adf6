package io.capstan.smart.model;

/**
 * A regression tree as parallel arrays; node 0 is the root.
 *
 * @param feature split on, by {@link Feature#all}'s order; -1 in a leaf
 * @param threshold go left if the feature is not above it
 * @param value in a leaf, what is added to the margin; in a split, the mean of what lies below
 * @param cover weight of the training checks that came through
 */
record Tree(
        int[] feature, float[] threshold, int[] left, int[] right, float[] value, float[] cover) {

    float predict(float[] features) {
        int node = 0;
        while (feature[node] >= 0) {
            node = features[feature[node]] <= threshold[node] ? left[node] : right[node];
        }
        return value[node];
    }

    int nodes() {
        return feature.length;
    }

    /**
     * Checks a tree that came from outside.
     *
     * @throws IllegalArgumentException if it is none: arrays of different lengths, or a child that is not below its parent
     */
    void requireSound(int features) {
        int nodes = feature.length;
        boolean isSound =
                nodes > 0
                        && threshold.length == nodes
                        && left.length == nodes
                        && right.length == nodes
                        && value.length == nodes
                        && cover.length == nodes;
        for (int node = 0; isSound && node < nodes; node++) {
            isSound =
                    feature[node] < 0
                            || (feature[node] < features
                                    && isBelow(left[node], node)
                                    && isBelow(right[node], node));
        }
        if (!isSound) {
            throw new IllegalArgumentException("a tree of %d nodes is damaged".formatted(nodes));
        }
    }

    private boolean isBelow(int child, int node) {
        return child > node && child < feature.length;
    }
}
