package io.capstan.smart.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A model as a JSON document: everything that predicts is in it, readable, and nothing else is needed.
 *
 * <p>Trees are arrays by node: {@code feature} (index into {@code features}, -1 in a leaf), {@code threshold}, {@code left},
 * {@code right}, {@code value}, {@code cover}.
 */
final class ModelJson {

    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelJson() {}

    static byte[] write(FailureModel model) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        ModelIdentity identity = model.identity();
        root.put("version", identity.version());
        root.put("learned-at", identity.learnedAt().toString());
        root.put("as-of", identity.asOf().toString());
        root.put("source", identity.source());
        root.put("data-sha256", identity.dataSha256());
        root.put("disks", identity.disks());
        root.put("failures", identity.failures());
        ArrayNode features = root.putArray("features");
        Feature.all().forEach(feature -> features.add(feature.key()));
        ObjectNode rates = root.putObject("rates");
        rates.set("by-age", hierarchy(model.rates().byAge()));
        rates.set("recent", hierarchy(model.rates().recent()));
        rates.set("by-batch", hierarchy(model.rates().byBatch()));
        ObjectNode risks = rates.putObject("risks");
        for (RelativeRisks.Circumstance circumstance : RelativeRisks.Circumstance.values()) {
            risks.set(circumstance.title(), hierarchy(model.rates().risks().of(circumstance)));
        }
        ArrayNode intervals = root.putArray("intervals");
        for (FailureModel.Interval interval : model.intervals()) {
            intervals.add(interval(interval));
        }
        ArrayNode profile = root.putArray("profile");
        for (int feature = 0; feature < model.profile().uppers().size(); feature++) {
            ObjectNode one = profile.addObject();
            one.set("uppers", array(model.profile().uppers().get(feature)));
            one.set("shares", array(model.profile().shares().get(feature)));
        }
        ObjectNode operating = root.putObject("operating");
        operating.set("probabilities", array(model.operating().probabilities()));
        operating.set("failing", array(model.operating().failing()));
        operating.set("healthy", array(model.operating().healthy()));
        try {
            return JSON.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException("a tree of JSON nodes can be written", e);
        }
    }

    private static ObjectNode hierarchy(RateHierarchy rates) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode shapes = node.putArray("shapes");
        rates.shapes().forEach(shapes::add);
        node.set("all", group(rates.root()));
        return node;
    }

    private static ObjectNode group(RateHierarchy.Group group) {
        ObjectNode node = JSON.createObjectNode();
        node.put("failures", rounded(group.failures()));
        node.put("disk-days", rounded(group.diskDays()));
        if (!group.children().isEmpty()) {
            ObjectNode groups = node.putObject("groups");
            for (RateHierarchy.Group child : group.children()) {
                if (child.diskDays() > 0 || !child.children().isEmpty()) {
                    groups.set(child.name(), group(child));
                }
            }
        }
        return node;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static ObjectNode interval(FailureModel.Interval interval) {
        ObjectNode node = JSON.createObjectNode();
        HazardForest forest = interval.forest();
        node.put("from-hours", forest.fromHours());
        node.put("to-hours", forest.toHours());
        node.put("bag-share", forest.bagShare());
        ArrayNode bags = node.putArray("bags");
        for (HazardForest.Bag bag : forest.bags()) {
            ObjectNode one = bags.addObject();
            one.put("intercept", (float) bag.intercept());
            ArrayNode trees = one.putArray("trees");
            bag.trees().forEach(tree -> trees.add(tree(tree)));
        }
        Calibration calibration = interval.calibration();
        ObjectNode steps = node.putObject("calibration");
        steps.put("prior", calibration.prior());
        steps.set("lows", array(calibration.lows()));
        steps.set("failures", array(calibration.failures()));
        steps.set("checks", array(calibration.checks()));
        steps.set("samples", array(calibration.samples()));
        return node;
    }

    private static ObjectNode tree(Tree tree) {
        ObjectNode node = JSON.createObjectNode();
        node.set("feature", array(tree.feature()));
        node.set("threshold", array(tree.threshold()));
        node.set("left", array(tree.left()));
        node.set("right", array(tree.right()));
        node.set("value", array(tree.value()));
        node.set("cover", array(tree.cover()));
        return node;
    }

    private static ArrayNode array(int[] values) {
        ArrayNode array = JSON.createArrayNode();
        for (int value : values) {
            array.add(value);
        }
        return array;
    }

    private static ArrayNode array(float[] values) {
        ArrayNode array = JSON.createArrayNode();
        for (float value : values) {
            array.add(value);
        }
        return array;
    }

    private static ArrayNode array(double[] values) {
        ArrayNode array = JSON.createArrayNode();
        for (double value : values) {
            array.add(value);
        }
        return array;
    }

    /**
     * @throws IOException if it is no such document, saying where
     */
    static FailureModel read(byte[] bytes) throws IOException {
        JsonNode root = JSON.readTree(bytes);
        if (field(root, "format").asInt() != FORMAT) {
            throw new IOException(
                    "a model of format %s; this program reads format %d"
                            .formatted(field(root, "format"), FORMAT));
        }
        List<String> features = new ArrayList<>();
        field(root, "features").forEach(feature -> features.add(feature.asText()));
        if (!features.equals(Feature.all().stream().map(Feature::key).toList())) {
            throw new IOException("a model of other features than this program computes");
        }
        try {
            FleetRates rates = new FleetRates();
            readHierarchy(field(field(root, "rates"), "by-age"), rates.byAge());
            readHierarchy(field(field(root, "rates"), "recent"), rates.recent());
            readHierarchy(field(field(root, "rates"), "by-batch"), rates.byBatch());
            for (RelativeRisks.Circumstance circumstance : RelativeRisks.Circumstance.values()) {
                // Documents of earlier programs have none: nothing is known of them.
                JsonNode risks = field(root, "rates").path("risks").path(circumstance.title());
                if (risks.isObject()) {
                    readHierarchy(risks, rates.risks().of(circumstance));
                }
            }
            List<FailureModel.Interval> intervals = new ArrayList<>();
            for (JsonNode interval : field(root, "intervals")) {
                intervals.add(readInterval(interval));
            }
            return new FailureModel(
                    new ModelIdentity(
                            field(root, "version").asText(),
                            Instant.parse(field(root, "learned-at").asText()),
                            Instant.parse(field(root, "as-of").asText()),
                            field(root, "source").asText(),
                            field(root, "data-sha256").asText(),
                            field(root, "disks").asInt(),
                            field(root, "failures").asInt()),
                    rates,
                    intervals,
                    readProfile(field(root, "profile")),
                    readOperating(field(root, "operating")));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("not a model: " + e.getMessage(), e);
        }
    }

    private static FeatureProfile readProfile(JsonNode profile) throws IOException {
        List<float[]> uppers = new ArrayList<>();
        List<double[]> shares = new ArrayList<>();
        for (JsonNode one : profile) {
            uppers.add(floats(field(one, "uppers")));
            shares.add(doubles(field(one, "shares")));
        }
        return new FeatureProfile(List.copyOf(uppers), List.copyOf(shares));
    }

    private static OperatingCurve readOperating(JsonNode node) throws IOException {
        return new OperatingCurve(
                doubles(field(node, "probabilities")),
                ints(field(node, "failing")),
                ints(field(node, "healthy")));
    }

    private static void readHierarchy(JsonNode node, RateHierarchy rates) throws IOException {
        readGroup(field(node, "all"), rates, new String[0]);
        double[] shapes = doubles(field(node, "shapes"));
        for (int level = 0; level < shapes.length; level++) {
            rates.setShape(level, shapes[level]);
        }
    }

    /** A group's own counts, without its children's, are what it observed itself. */
    private static void readGroup(JsonNode node, RateHierarchy rates, String[] path)
            throws IOException {
        double failures = field(node, "failures").asDouble();
        double diskDays = field(node, "disk-days").asDouble();
        for (var child : node.path("groups").properties()) {
            String[] below = java.util.Arrays.copyOf(path, path.length + 1);
            below[path.length] = child.getKey();
            readGroup(child.getValue(), rates, below);
            failures -= field(child.getValue(), "failures").asDouble();
            diskDays -= field(child.getValue(), "disk-days").asDouble();
        }
        rates.observe(failures, diskDays, path);
    }

    private static FailureModel.Interval readInterval(JsonNode node) throws IOException {
        List<HazardForest.Bag> bags = new ArrayList<>();
        for (JsonNode bag : field(node, "bags")) {
            List<Tree> trees = new ArrayList<>();
            for (JsonNode tree : field(bag, "trees")) {
                trees.add(readTree(tree));
            }
            bags.add(new HazardForest.Bag(field(bag, "intercept").asDouble(), List.copyOf(trees)));
        }
        JsonNode steps = field(node, "calibration");
        return new FailureModel.Interval(
                new HazardForest(
                        field(node, "from-hours").asInt(),
                        field(node, "to-hours").asInt(),
                        field(node, "bag-share").asDouble(),
                        List.copyOf(bags)),
                new Calibration(
                        doubles(field(steps, "lows")),
                        doubles(field(steps, "failures")),
                        doubles(field(steps, "checks")),
                        ints(field(steps, "samples")),
                        field(steps, "prior").asDouble()));
    }

    private static Tree readTree(JsonNode node) throws IOException {
        Tree tree =
                new Tree(
                        ints(field(node, "feature")),
                        floats(field(node, "threshold")),
                        ints(field(node, "left")),
                        ints(field(node, "right")),
                        floats(field(node, "value")),
                        floats(field(node, "cover")));
        tree.requireSound(Feature.all().size());
        return tree;
    }

    private static JsonNode field(JsonNode node, String name) throws IOException {
        JsonNode found = node.get(name);
        if (found == null) {
            throw new IOException("not a model: there is no " + name);
        }
        return found;
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = array.get(index).asInt();
        }
        return values;
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) array.get(index).asDouble();
        }
        return values;
    }

    private static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = array.get(index).asDouble();
        }
        return values;
    }
}
