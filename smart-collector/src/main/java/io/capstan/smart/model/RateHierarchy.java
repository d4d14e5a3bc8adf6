package io.capstan.smart.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gamma-Poisson failure rates in a tree of groups, each shrunk to its parent.
 *
 * <p>A group's failures are Poisson with a rate whose prior is a Gamma distribution around its parent's posterior mean. The
 * prior's shape is the number of failures that the parent's word counts for; it is one number a level, chosen where the
 * marginal (negative binomial) likelihood of the groups of that level is greatest. So a group with much history speaks for
 * itself, one with none repeats its parent, and an observation is two additions a level.
 *
 * <p>Has one owner.
 *
 * @see "Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6 and 5"
 */
public final class RateHierarchy {

    /** What the root believes before any data, and how many failures that counts for: two per cent a year, weakly. */
    private static final double ROOT_RATE_PER_DAY = 0.02 / 365;

    private static final double ROOT_SHAPE = 0.5;
    private static final double SHAPE_MIN = 0.05;
    private static final double SHAPE_MAX = 100;
    private static final double SHAPE_DEFAULT = 2;

    private final double rootRate;
    private final Group root = new Group(Optional.empty(), "all", 0);
    private final List<List<Group>> levels = new ArrayList<>(List.of(List.of(root)));
    private final List<Double> shapes;

    /** Of failures a disk-day. */
    RateHierarchy() {
        this(ROOT_RATE_PER_DAY, ROOT_SHAPE);
    }

    /**
     * @param rootRate what is believed of all before any data
     * @param rootShape how many failures that counts for
     */
    RateHierarchy(double rootRate, double rootShape) {
        this.rootRate = rootRate;
        this.shapes = new ArrayList<>(List.of(rootShape));
    }

    /** Failures a disk-day of one group: a Gamma distribution with shape and rate. */
    public record Posterior(double shape, double rateDays) {

        public double mean() {
            return shape / rateDays;
        }

        /** Of the product with a factor that is known independently: the Gamma distribution of the same mean and variance. */
        Posterior times(Posterior factor) {
            double product = 1 / (1 / shape + 1 / factor.shape + 1 / (shape * factor.shape));
            return new Posterior(product, product / (mean() * factor.mean()));
        }

        /** The value below which the rate lies with a probability. */
        public double quantile(double probability) {
            return Distributions.gammaQuantile(shape, probability) / rateDays;
        }
    }

    /** A node of the tree. */
    static final class Group {

        private final Optional<Group> parent;
        private final String name;
        private final int level;
        private final Map<String, Group> children = new LinkedHashMap<>();
        private double failures;
        private double diskDays;

        private Group(Optional<Group> parent, String name, int level) {
            this.parent = parent;
            this.name = name;
            this.level = level;
        }

        double failures() {
            return failures;
        }

        double diskDays() {
            return diskDays;
        }

        String name() {
            return name;
        }

        private List<String> path() {
            List<String> path = new ArrayList<>(parent.map(Group::path).orElse(List.of()));
            if (level > 0) {
                path.add(name);
            }
            return path;
        }

        Collection<Group> children() {
            return children.values();
        }
    }

    /** The group at the end of a path from the root, made if it is new. */
    Group group(String... path) {
        Group group = root;
        for (String name : path) {
            Group parent = group;
            group =
                    parent.children.computeIfAbsent(
                            name,
                            child -> {
                                Group made =
                                        new Group(Optional.of(parent), child, parent.level + 1);
                                if (levels.size() <= made.level) {
                                    levels.add(new ArrayList<>());
                                    shapes.add(SHAPE_DEFAULT);
                                }
                                levels.get(made.level).add(made);
                                return made;
                            });
        }
        return group;
    }

    /** The deepest group of a path that has been observed. */
    Group known(String... path) {
        Group group = root;
        for (String name : path) {
            Group child = group.children.get(name);
            if (child == null) {
                break;
            }
            group = child;
        }
        return group;
    }

    /** Paths of all groups so many levels below the root. */
    List<List<String>> paths(int level) {
        return level < levels.size()
                ? levels.get(level).stream().map(Group::path).toList()
                : List.of();
    }

    Group root() {
        return root;
    }

    /** Counts what a group and all that it belongs to have been through. */
    void observe(Group group, double failures, double diskDays) {
        Optional<Group> at = Optional.of(group);
        while (at.isPresent()) {
            at.get().failures += failures;
            at.get().diskDays += diskDays;
            at = at.get().parent;
        }
    }

    /** Counts disk-days and failures of the group at the end of a path. */
    public void observe(double failures, double diskDays, String... path) {
        observe(group(path), failures, diskDays);
    }

    /** Lets the past count less. */
    void decay(double factor) {
        for (List<Group> level : levels) {
            for (Group group : level) {
                group.failures *= factor;
                group.diskDays *= factor;
            }
        }
    }

    /**
     * What is known of one group.
     *
     * @param failures that were seen in it, or in the part of its past that still counts
     * @param diskDays over which
     */
    public record Known(Posterior posterior, double failures, double diskDays) {}

    /** What is known of the group at the end of a path: nothing of its own, if it was never observed. */
    public Known know(String... path) {
        Group group = known(path);
        boolean isItself = group.level == path.length;
        return new Known(
                posterior(group), isItself ? group.failures : 0, isItself ? group.diskDays : 0);
    }

    /** What is believed of the deepest known group on a path. */
    public Posterior posterior(String... path) {
        return posterior(known(path));
    }

    Posterior posterior(Group group) {
        double around = group.parent.map(parent -> posterior(parent).mean()).orElse(rootRate);
        double shape = shapes.get(group.level);
        return new Posterior(shape + group.failures, shape / around + group.diskDays);
    }

    /** Failures that a parent's word counts for, by level; the root's comes first. */
    List<Double> shapes() {
        return List.copyOf(shapes);
    }

    void setShape(int level, double shape) {
        while (shapes.size() <= level) {
            shapes.add(SHAPE_DEFAULT);
            levels.add(new ArrayList<>());
        }
        shapes.set(level, shape);
    }

    /** Chooses each level's shape anew, from the top down, by the marginal likelihood of its groups. */
    public void fitShapes() {
        for (int level = 1; level < levels.size(); level++) {
            List<Group> groups = levels.get(level);
            if (groups.size() < 2) {
                continue;
            }
            double[] around = new double[groups.size()];
            for (int index = 0; index < around.length; index++) {
                around[index] =
                        groups.get(index).parent.map(p -> posterior(p).mean()).orElseThrow();
            }
            shapes.set(
                    level,
                    Math.exp(
                            Distributions.maximize(
                                    log -> likelihood(groups, around, Math.exp(log)),
                                    Math.log(SHAPE_MIN),
                                    Math.log(SHAPE_MAX))));
        }
    }

    /** Log of the negative binomial probability of all groups' failures, but for terms without the shape. */
    private static double likelihood(List<Group> groups, double[] around, double shape) {
        double sum = 0;
        double logGammaOfShape = Distributions.logGamma(shape);
        for (int index = 0; index < around.length; index++) {
            Group group = groups.get(index);
            double expected = around[index] * group.diskDays;
            if (expected > 0) {
                sum +=
                        Distributions.logGamma(shape + group.failures)
                                - logGammaOfShape
                                + shape * Math.log(shape / (shape + expected))
                                + group.failures * Math.log(expected / (shape + expected));
            }
        }
        return sum;
    }
}
