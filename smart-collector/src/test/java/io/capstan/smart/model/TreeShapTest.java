package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** D10: contributions are the exact Shapley values, compared with the definition that goes through all subsets. */
class TreeShapTest {

    private static final int FEATURES = 5;

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contributionsAreShapleyValues(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tree tree = randomTree(random);
        float[] features = new float[FEATURES];
        for (int index = 0; index < FEATURES; index++) {
            features[index] = random.nextFloat();
        }

        double[] contributions = new double[FEATURES];
        double mean = TreeShap.add(tree, features, contributions, 1);

        for (int feature = 0; feature < FEATURES; feature++) {
            assertThat(contributions[feature])
                    .as("feature %d, seed %d", feature, seed)
                    .isCloseTo(shapley(tree, features, feature), within(1e-6));
        }
        assertThat(mean + Arrays.stream(contributions).sum())
                .isCloseTo(tree.predict(features), within(1e-6));
    }

    private static double shapley(Tree tree, float[] features, int feature) {
        double sum = 0;
        for (int subset = 0; subset < 1 << FEATURES; subset++) {
            if ((subset >> feature & 1) == 0) {
                int size = Integer.bitCount(subset);
                double weight =
                        factorial(size) * factorial(FEATURES - size - 1) / factorial(FEATURES);
                sum +=
                        weight
                                * (expectation(tree, features, subset | 1 << feature, 0)
                                        - expectation(tree, features, subset, 0));
            }
        }
        return sum;
    }

    private static double factorial(int n) {
        return n < 2 ? 1 : n * factorial(n - 1);
    }

    private static double expectation(Tree tree, float[] features, int subset, int node) {
        int feature = tree.feature()[node];
        if (feature < 0) {
            return tree.value()[node];
        }
        int left = tree.left()[node];
        int right = tree.right()[node];
        if ((subset >> feature & 1) != 0) {
            boolean goesLeft = features[feature] <= tree.threshold()[node];
            return expectation(tree, features, subset, goesLeft ? left : right);
        }
        return (expectation(tree, features, subset, left) * tree.cover()[left]
                        + expectation(tree, features, subset, right) * tree.cover()[right])
                / tree.cover()[node];
    }

    /** Three levels and more, with features that come again on a path. */
    private static Tree randomTree(SplittableRandom random) {
        List<double[]> nodes = new ArrayList<>();
        grow(nodes, random, 0, 100);
        int size = nodes.size();
        int[] feature = new int[size];
        float[] threshold = new float[size];
        int[] left = new int[size];
        int[] right = new int[size];
        float[] value = new float[size];
        float[] cover = new float[size];
        for (int node = size - 1; node >= 0; node--) {
            double[] fields = nodes.get(node);
            feature[node] = (int) fields[0];
            threshold[node] = (float) fields[1];
            left[node] = (int) fields[2];
            right[node] = (int) fields[3];
            cover[node] = (float) fields[5];
            value[node] =
                    feature[node] < 0
                            ? (float) fields[4]
                            : (value[left[node]] * cover[left[node]]
                                            + value[right[node]] * cover[right[node]])
                                    / cover[node];
        }
        Tree tree = new Tree(feature, threshold, left, right, value, cover);
        tree.requireSound(FEATURES);
        return tree;
    }

    private static int grow(
            List<double[]> nodes, SplittableRandom random, int depth, double cover) {
        int node = nodes.size();
        double[] fields = new double[6];
        nodes.add(fields);
        fields[5] = cover;
        if (depth < 2 || (depth < 5 && random.nextBoolean())) {
            fields[0] = random.nextInt(FEATURES);
            fields[1] = random.nextDouble();
            double share = 0.1 + 0.8 * random.nextDouble();
            fields[2] = grow(nodes, random, depth + 1, cover * share);
            fields[3] = grow(nodes, random, depth + 1, cover * (1 - share));
        } else {
            fields[0] = -1;
            fields[4] = random.nextDouble() - 0.5;
        }
        return node;
    }
}
