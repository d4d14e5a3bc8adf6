package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Grows trees on the log odds of a hazard, one after the other, each on the gradient that the earlier ones left.
 *
 * <p>Features come as bins, so a split is found by adding up histograms; the larger child's histogram is its parent's less its
 * sibling's. Trees grow best split first. Where a feature has a direction, a split that goes against it is not taken, and what
 * lies below a split stays on its side of it.
 *
 * @see "Friedman, Greedy function approximation, 2001; Ke et al., LightGBM, 2017; Chen and Guestrin, XGBoost, 2016, 2.2"
 */
final class Booster {

    /**
     * @param trees how many
     * @param leavesMax of a tree
     * @param learningRate by which each tree's word is shortened
     * @param hessianMin least weight of evidence on either side of a split
     * @param lambda what leaves are pulled to zero with
     * @param gammaMin least gain of a split
     * @param featureShare of the features that a tree may use
     * @param checkShare of the checks that a tree learns from
     */
    record Settings(
            int trees,
            int leavesMax,
            double learningRate,
            double hessianMin,
            double lambda,
            double gammaMin,
            double featureShare,
            double checkShare) {}

    private final Settings settings;
    private final Bins bins;
    private final int[] directions;
    private final boolean[] labels;
    private final float[] weights;

    /** Gradient and hessian by place, side by side, because they are read together. */
    private final float[] slopes;

    private final double[] margins;
    private final int features;

    /** What one bin of one feature adds up to: gradient and hessian. */
    private static final int FIELDS = 2;

    private static final int STRIDE = Bins.BINS_MAX * FIELDS;

    /**
     * @param margins what is believed before the first tree, by place; kept, and changed as trees are grown
     */
    Booster(Settings settings, Bins bins, boolean[] labels, float[] weights, double[] margins) {
        this.settings = settings;
        this.bins = bins;
        this.labels = labels;
        this.weights = weights;
        this.margins = margins;
        this.slopes = new float[2 * labels.length];
        this.directions = Feature.all().stream().mapToInt(Feature::direction).toArray();
        this.features = directions.length;
    }

    /**
     * @param places of the samples to learn from; the array is reordered
     */
    List<Tree> grow(int[] places, RandomGenerator random) {
        List<Tree> trees = new ArrayList<>();
        for (int tree = 0; tree < settings.trees; tree++) {
            int[] drawn = draw(places, random);
            computeSlopes(drawn);
            Tree grown = growTree(drawn, random);
            trees.add(grown);
            move(places, grown);
        }
        return trees;
    }

    private int[] draw(int[] places, RandomGenerator random) {
        int[] drawn = new int[places.length];
        int count = 0;
        for (int place : places) {
            if (random.nextFloat() < settings.checkShare) {
                drawn[count++] = place;
            }
        }
        return Arrays.copyOf(drawn, count);
    }

    private void computeSlopes(int[] places) {
        for (int place : places) {
            double p = Distributions.sigmoid(margins[place]);
            slopes[2 * place] = (float) ((p - (labels[place] ? 1 : 0)) * weights[place]);
            slopes[2 * place + 1] = (float) (p * (1 - p) * weights[place]);
        }
    }

    private void move(int[] places, Tree tree) {
        int[] lastBins = new int[tree.nodes()];
        for (int node = 0; node < lastBins.length; node++) {
            int feature = tree.feature()[node];
            if (feature >= 0) {
                lastBins[node] = bins.bin(feature, tree.threshold()[node]);
            }
        }
        for (int place : places) {
            int node = 0;
            int feature = tree.feature()[0];
            while (feature >= 0) {
                boolean goesLeft = bins.column(feature)[place] <= lastBins[node];
                node = goesLeft ? tree.left()[node] : tree.right()[node];
                feature = tree.feature()[node];
            }
            margins[place] += tree.value()[node];
        }
    }

    private Tree growTree(int[] places, RandomGenerator random) {
        boolean[] mayUse = new boolean[features];
        for (int feature = 0; feature < features; feature++) {
            mayUse[feature] = random.nextDouble() < settings.featureShare;
        }
        Growth growth = new Growth(2 * settings.leavesMax);
        Leaf root = leaf(growth.add(), places, 0, places.length, mayUse);
        root.low = Double.NEGATIVE_INFINITY;
        root.high = Double.POSITIVE_INFINITY;
        findSplit(root, mayUse);
        PriorityQueue<Leaf> queue = new PriorityQueue<>((a, b) -> Double.compare(b.gain, a.gain));
        queue.add(root);
        List<Leaf> leaves = new ArrayList<>();
        int count = 1;
        while (!queue.isEmpty()) {
            Leaf leaf = queue.remove();
            if (count >= settings.leavesMax || leaf.gain <= settings.gammaMin) {
                leaves.add(leaf);
                continue;
            }
            split(leaf, places, growth, mayUse, queue);
            count++;
        }
        for (Leaf leaf : leaves) {
            double value = value(leaf) * settings.learningRate;
            growth.value[leaf.node] = (float) value;
            growth.cover[leaf.node] = (float) leaf.hessian;
        }
        return growth.tree();
    }

    private void split(
            Leaf leaf, int[] places, Growth growth, boolean[] mayUse, PriorityQueue<Leaf> queue) {
        int middle = partition(leaf, places);
        int leftNode = growth.add();
        int rightNode = growth.add();
        growth.feature[leaf.node] = leaf.feature;
        growth.threshold[leaf.node] = bins.upper(leaf.feature, leaf.bin);
        growth.left[leaf.node] = leftNode;
        growth.right[leaf.node] = rightNode;
        Leaf left;
        Leaf right;
        if (middle - leaf.from <= leaf.to - middle) {
            left = leaf(leftNode, places, leaf.from, middle, mayUse);
            right = leaf(rightNode, places, middle, leaf.to, leaf.less(left));
        } else {
            right = leaf(rightNode, places, middle, leaf.to, mayUse);
            left = leaf(leftNode, places, leaf.from, middle, leaf.less(right));
        }
        left.low = leaf.low;
        left.high = leaf.high;
        right.low = leaf.low;
        right.high = leaf.high;
        int direction = directions[leaf.feature];
        if (direction != 0) {
            double between = (value(left) + value(right)) / 2;
            if (direction > 0) {
                left.high = between;
                right.low = between;
            } else {
                left.low = between;
                right.high = between;
            }
        }
        leaf.histogram = NONE;
        findSplit(left, mayUse);
        findSplit(right, mayUse);
        queue.add(left);
        queue.add(right);
    }

    private int partition(Leaf leaf, int[] places) {
        byte[] column = bins.column(leaf.feature);
        int low = leaf.from;
        int high = leaf.to - 1;
        while (low <= high) {
            int place = places[low];
            if (column[place] <= leaf.bin) {
                low++;
            } else {
                places[low] = places[high];
                places[high] = place;
                high--;
            }
        }
        return low;
    }

    private static final double[] NONE = {};

    private static final class Leaf {

        final int node;
        final int from;
        final int to;
        double[] histogram;
        double gradient;
        double hessian;
        double low;
        double high;
        double gain;
        int feature;
        int bin;

        Leaf(int node, int from, int to, double[] histogram) {
            this.node = node;
            this.from = from;
            this.to = to;
            this.histogram = histogram;
        }

        /** This leaf's histogram less a child's: the other child's. Reuses the array. */
        double[] less(Leaf child) {
            for (int index = 0; index < histogram.length; index++) {
                histogram[index] -= child.histogram[index];
            }
            return histogram;
        }
    }

    private Leaf leaf(int node, int[] places, int from, int to, boolean[] mayUse) {
        Leaf leaf = leaf(node, places, from, to, new double[features * STRIDE]);
        float[] gathered = new float[2 * (to - from)];
        for (int at = from; at < to; at++) {
            gathered[2 * (at - from)] = slopes[2 * places[at]];
            gathered[2 * (at - from) + 1] = slopes[2 * places[at] + 1];
        }
        for (int feature = 0; feature < features; feature++) {
            if (mayUse[feature]) {
                addUp(leaf, feature, places, gathered);
            }
        }
        return leaf;
    }

    /**
     * @param histogram of the leaf's samples; given
     */
    private Leaf leaf(int node, int[] places, int from, int to, double[] histogram) {
        Leaf leaf = new Leaf(node, from, to, histogram);
        for (int at = from; at < to; at++) {
            leaf.gradient += slopes[2 * places[at]];
            leaf.hessian += slopes[2 * places[at] + 1];
        }
        return leaf;
    }

    /**
     * Most checks have the same value, for most features: that bin is what the others leave of the whole, which saves most
     * additions, and each of those would have to wait for the one before.
     */
    private void addUp(Leaf leaf, int feature, int[] places, float[] gathered) {
        byte[] column = bins.column(feature);
        int usual = bins.usual(feature);
        int base = feature * STRIDE;
        double[] histogram = leaf.histogram;
        double gradient = leaf.gradient;
        double hessian = leaf.hessian;
        for (int at = leaf.from, slope = 0; at < leaf.to; at++, slope += 2) {
            int bin = column[places[at]];
            if (bin != usual) {
                int slot = base + bin * FIELDS;
                histogram[slot] += gathered[slope];
                histogram[slot + 1] += gathered[slope + 1];
                gradient -= gathered[slope];
                hessian -= gathered[slope + 1];
            }
        }
        histogram[base + usual * FIELDS] = gradient;
        histogram[base + usual * FIELDS + 1] = hessian;
    }

    private void findSplit(Leaf leaf, boolean[] mayUse) {
        leaf.gain = 0;
        double whole = score(leaf.gradient, leaf.hessian, leaf);
        for (int feature = 0; feature < features; feature++) {
            if (!mayUse[feature]) {
                continue;
            }
            double gradient = 0;
            double hessian = 0;
            int last = bins.bins(feature) - 1;
            for (int bin = 0; bin < last; bin++) {
                int slot = feature * STRIDE + bin * FIELDS;
                gradient += leaf.histogram[slot];
                hessian += leaf.histogram[slot + 1];
                double otherHessian = leaf.hessian - hessian;
                if (hessian < settings.hessianMin) {
                    continue;
                }
                if (otherHessian < settings.hessianMin) {
                    break;
                }
                double otherGradient = leaf.gradient - gradient;
                if (goesAgainst(feature, leaf, gradient, hessian, otherGradient, otherHessian)) {
                    continue;
                }
                double gain =
                        score(gradient, hessian, leaf)
                                + score(otherGradient, otherHessian, leaf)
                                - whole;
                if (gain > leaf.gain) {
                    leaf.gain = gain;
                    leaf.feature = feature;
                    leaf.bin = bin;
                }
            }
        }
    }

    private boolean goesAgainst(
            int feature, Leaf leaf, double gradient, double hessian, double other, double otherH) {
        return directions[feature] != 0
                && directions[feature]
                                * (value(other, otherH, leaf) - value(gradient, hessian, leaf))
                        < 0;
    }

    private double value(Leaf leaf) {
        return value(leaf.gradient, leaf.hessian, leaf);
    }

    private double value(double gradient, double hessian, Leaf within) {
        return Math.clamp(-gradient / (hessian + settings.lambda), within.low, within.high);
    }

    /** By how much a leaf with its best value in bounds lowers the loss, twice. */
    private double score(double gradient, double hessian, Leaf within) {
        double value = value(gradient, hessian, within);
        return -(2 * gradient * value + (hessian + settings.lambda) * value * value);
    }

    /** A tree in the making. */
    private static final class Growth {

        final int[] feature;
        final float[] threshold;
        final int[] left;
        final int[] right;
        final float[] value;
        final float[] cover;
        int size;

        Growth(int nodesMax) {
            feature = new int[nodesMax];
            threshold = new float[nodesMax];
            left = new int[nodesMax];
            right = new int[nodesMax];
            value = new float[nodesMax];
            cover = new float[nodesMax];
        }

        int add() {
            feature[size] = -1;
            return size++;
        }

        Tree tree() {
            summarize(0);
            return new Tree(
                    Arrays.copyOf(feature, size),
                    Arrays.copyOf(threshold, size),
                    Arrays.copyOf(left, size),
                    Arrays.copyOf(right, size),
                    Arrays.copyOf(value, size),
                    Arrays.copyOf(cover, size));
        }

        private void summarize(int node) {
            if (feature[node] < 0) {
                return;
            }
            int l = left[node];
            int r = right[node];
            summarize(l);
            summarize(r);
            cover[node] = cover[l] + cover[r];
            value[node] =
                    (value[l] * cover[l] + value[r] * cover[r]) / Math.max(1e-12f, cover[node]);
        }
    }
}
