package io.capstan.smart.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.history.Trajectory;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * XGBoost in place of the product's booster: it gets the same checks with the same features, weights and offsets at the same
 * times, and its trees are calibrated on out-of-fold scores and judged by the same code.
 *
 * <p>A script in Python does the learning, between two files. The first has, by check and in big-endian floats: the label, the
 * weight, the prior's log odds, the disk and the features. The answer is XGBoost's own model document, and a double by check: its
 * log odds by trees that had not learned from its disk.
 */
public final class Xgboost {

    private static final int BEFORE_FEATURES = 4;

    private final Path script;

    public Xgboost(Path script) {
        this.script = script;
    }

    /** Whether the script finds what it needs. */
    public boolean isAvailable() throws IOException {
        return run("--check") == 0;
    }

    /**
     * As {@link Backtest}'s own constructor.
     *
     * @param seed of what is drawn for learning
     */
    public Backtest backtest(
            List<Trajectory> learned,
            List<Trajectory> judged,
            int fromHour,
            int toHour,
            int refitDays,
            long seed) {
        FleetLearner learner = new FleetLearner(learned, fromHour, seed, this::learn);
        return new Backtest(learner, judged, fromHour, toHour, refitDays);
    }

    private HazardForest.Learned learn(Samples samples, int asOfHour, int from, int to) {
        int[] chosen =
                IntStream.range(0, samples.size())
                        .filter(sample -> samples.known(sample, asOfHour, from, to))
                        .toArray();
        try {
            Path directory = Files.createTempDirectory("capstan-xgboost");
            Path checks = directory.resolve("checks");
            Path model = directory.resolve("model.json");
            Path margins = directory.resolve("margins");
            try {
                write(checks, samples, chosen, asOfHour, from, to);
                int exit =
                        run(
                                checks.toString(),
                                Integer.toString(BEFORE_FEATURES + samples.width()),
                                model.toString(),
                                margins.toString());
                if (exit != 0) {
                    throw new IOException(script + " ended with " + exit);
                }
                HazardForest.Bag bag = new HazardForest.Bag(0, trees(model));
                return new HazardForest.Learned(
                        new HazardForest(from, to, 1, List.of(bag)), chosen, doubles(margins));
            } finally {
                Files.deleteIfExists(checks);
                Files.deleteIfExists(model);
                Files.deleteIfExists(margins);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while XGBoost was learning", e);
        }
    }

    private static void write(
            Path file, Samples samples, int[] chosen, int asOfHour, int from, int to)
            throws IOException {
        float[] features = new float[samples.width()];
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (int sample : chosen) {
                out.writeFloat(samples.event(sample, to) ? 1 : 0);
                out.writeFloat(samples.weight(sample, asOfHour));
                out.writeFloat((float) HazardForest.offset(samples.ratePerDay(sample), from, to));
                out.writeFloat(samples.disk(sample));
                samples.copyFeatures(sample, features);
                for (float feature : features) {
                    out.writeFloat(feature);
                }
            }
        }
    }

    private static double[] doubles(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        double[] doubles = new double[bytes.length / Double.BYTES];
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(doubles);
        return doubles;
    }

    private static List<Tree> trees(Path model) throws IOException {
        List<Tree> trees = new ArrayList<>();
        JsonNode all =
                new ObjectMapper()
                        .readTree(model.toFile())
                        .path("learner")
                        .path("gradient_booster")
                        .path("model")
                        .path("trees");
        for (JsonNode document : all) {
            trees.add(tree(document));
        }
        return trees;
    }

    /** XGBoost goes left below a threshold, where we go left up to it; in a leaf, it keeps the value there. */
    private static Tree tree(JsonNode document) {
        int[] left = ints(document.path("left_children"));
        int[] right = ints(document.path("right_children"));
        int[] feature = ints(document.path("split_indices"));
        float[] threshold = new float[left.length];
        float[] value = new float[left.length];
        float[] cover = new float[left.length];
        for (int node = 0; node < left.length; node++) {
            float condition = (float) document.path("split_conditions").path(node).asDouble();
            cover[node] = (float) document.path("sum_hessian").path(node).asDouble();
            if (left[node] < 0) {
                feature[node] = -1;
                value[node] = condition;
            } else {
                threshold[node] = Math.nextDown(condition);
            }
        }
        Tree tree = new Tree(feature, threshold, left, right, value, cover);
        tree.requireSound(FeatureVector.length());
        return tree;
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int index = 0; index < ints.length; index++) {
            ints[index] = array.path(index).asInt();
        }
        return ints;
    }
}
