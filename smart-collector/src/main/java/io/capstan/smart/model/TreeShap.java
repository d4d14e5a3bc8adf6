package io.capstan.smart.model;

/**
 * Exact Shapley values of one tree's prediction: how much each feature moved it from the tree's mean.
 *
 * <p>Polynomial time, by keeping for every path from the root how many subsets of the features seen so far flow down it. The
 * expectation over features that are not in a subset follows the training checks' cover.
 *
 * @see "Lundberg et al., Consistent individualized feature attribution for tree ensembles, 2018, algorithm 2"
 */
final class TreeShap {

    private final Tree tree;
    private final float[] features;
    private final double[] contributions;
    private final double factor;

    private TreeShap(Tree tree, float[] features, double[] contributions, double factor) {
        this.tree = tree;
        this.features = features;
        this.contributions = contributions;
        this.factor = factor;
    }

    /**
     * Adds a tree's contributions.
     *
     * @param contributions by feature; added to
     * @param factor what they are multiplied by
     * @return the tree's mean, times the factor
     */
    static double add(Tree tree, float[] features, double[] contributions, double factor) {
        new TreeShap(tree, features, contributions, factor).descend(0, new Path(0), 1, 1, -1);
        return tree.value()[0] * factor;
    }

    /** The features split on from the root to a node, each with the shares of subsets that flow through. */
    private static final class Path {

        final int[] feature;
        final double[] zero;
        final double[] one;
        final double[] weight;
        int length;

        Path(int capacity) {
            feature = new int[capacity];
            zero = new double[capacity];
            one = new double[capacity];
            weight = new double[capacity];
        }

        Path copy() {
            Path copy = new Path(length + 1);
            System.arraycopy(feature, 0, copy.feature, 0, length);
            System.arraycopy(zero, 0, copy.zero, 0, length);
            System.arraycopy(one, 0, copy.one, 0, length);
            System.arraycopy(weight, 0, copy.weight, 0, length);
            copy.length = length;
            return copy;
        }

        void extend(double zeroShare, double oneShare, int by) {
            int last = length;
            feature[last] = by;
            zero[last] = zeroShare;
            one[last] = oneShare;
            weight[last] = last == 0 ? 1 : 0;
            for (int at = last - 1; at >= 0; at--) {
                weight[at + 1] += oneShare * weight[at] * (at + 1) / (last + 1);
                weight[at] = zeroShare * weight[at] * (last - at) / (last + 1);
            }
            length++;
        }

        void unwind(int index) {
            int last = length - 1;
            double next = weight[last];
            for (int at = last - 1; at >= 0; at--) {
                if (one[index] != 0) {
                    double before = weight[at];
                    weight[at] = next * (last + 1) / ((at + 1) * one[index]);
                    next = before - weight[at] * zero[index] * (last - at) / (last + 1);
                } else {
                    weight[at] = weight[at] * (last + 1) / (zero[index] * (last - at));
                }
            }
            for (int at = index; at < last; at++) {
                feature[at] = feature[at + 1];
                zero[at] = zero[at + 1];
                one[at] = one[at + 1];
            }
            length--;
        }

        double unwoundSum(int index) {
            Path copy = copy();
            copy.unwind(index);
            double sum = 0;
            for (int at = 0; at < copy.length; at++) {
                sum += copy.weight[at];
            }
            return sum;
        }
    }

    private void descend(int node, Path above, double zeroShare, double oneShare, int by) {
        Path path = above.copy();
        path.extend(zeroShare, oneShare, by);
        int feature = tree.feature()[node];
        if (feature < 0) {
            for (int index = 1; index < path.length; index++) {
                contributions[path.feature[index]] +=
                        factor
                                * path.unwoundSum(index)
                                * (path.one[index] - path.zero[index])
                                * tree.value()[node];
            }
            return;
        }
        boolean goesLeft = features[feature] <= tree.threshold()[node];
        int hot = goesLeft ? tree.left()[node] : tree.right()[node];
        int cold = goesLeft ? tree.right()[node] : tree.left()[node];
        double zeroBefore = 1;
        double oneBefore = 1;
        for (int index = 1; index < path.length; index++) {
            if (path.feature[index] == feature) {
                zeroBefore = path.zero[index];
                oneBefore = path.one[index];
                path.unwind(index);
                break;
            }
        }
        double cover = tree.cover()[node];
        descend(hot, path, zeroBefore * tree.cover()[hot] / cover, oneBefore, feature);
        descend(cold, path, zeroBefore * tree.cover()[cold] / cover, 0, feature);
    }
}
