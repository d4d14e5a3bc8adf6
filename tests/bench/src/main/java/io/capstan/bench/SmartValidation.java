package io.capstan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.Backtest;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.FleetLearner;
import io.capstan.smart.model.Xgboost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * Cross-validation by disk: each part of the disks is judged by models that learned from the others, and all of them by the rules
 * that other programs go by; one table, with 90 % intervals.
 *
 * <p>What counts is as in {@code smart_eval.py}: disks observed in the time, by their greatest score in it but for a disk's last
 * day; months whose next 30 days are known.
 */
final class SmartValidation {

    private static final int DAY_HOURS = 24;
    private static final int MONTH_HOURS = 30 * DAY_HOURS;
    private static final int DRAWS = 400;
    private static final double[] RELIABILITY_BOUNDS = {
        0, .001, .003, .01, .03, .1, .3, .5, .8, .9, .95, 1.01
    };

    private final List<Trajectory> fleet;
    private final int fromHour;
    private final int toHour;
    private final List<Judged> disks = new ArrayList<>();

    /** A disk in the time that counts: power-on hours of the first and last check that do. */
    private record Judged(Trajectory disk, boolean failed, int first, int last) {}

    /**
     * @param toHour end of the last day
     */
    SmartValidation(List<Trajectory> fleet, int fromHour, int toHour) {
        this.fleet = List.copyOf(fleet);
        this.fromHour = fromHour;
        this.toHour = toHour;
        for (Trajectory disk : fleet) {
            judged(disk).ifPresent(disks::add);
        }
    }

    private Optional<Judged> judged(Trajectory disk) {
        Trajectory.Span span = disk.span();
        int lastDay = toHour - DAY_HOURS;
        if (span.lastHour() < fromHour || span.firstHour() > lastDay) {
            return Optional.empty();
        }
        double slope =
                (double) (span.lastHour() - span.firstHour())
                        / Math.max(1, span.lastPoweredHours() - span.firstPoweredHours());
        int first = span.firstPoweredHours() + DAY_HOURS;
        int last = span.lastPoweredHours() - DAY_HOURS;
        if (slope > 0) {
            double from = span.firstPoweredHours() + (fromHour - span.firstHour()) / slope;
            double to = span.firstPoweredHours() + (lastDay - span.firstHour()) / slope;
            first = Math.max(first, (int) Math.ceil(from));
            last = Math.min(last, (int) Math.floor(to));
        }
        boolean failed = disk.failed() && span.lastHour() >= fromHour && span.lastHour() <= lastDay;
        return first > Math.min(span.lastPoweredHours() - 1, last + DAY_HOURS - 1)
                ? Optional.empty()
                : Optional.of(new Judged(disk, failed, first, last));
    }

    private boolean[] failed() {
        boolean[] failed = new boolean[disks.size()];
        for (int disk = 0; disk < failed.length; disk++) {
            failed[disk] = disks.get(disk).failed;
        }
        return failed;
    }

    // ---- rules

    /** A rule: how bad a row is; 0 is well. */
    private Ranking rule(RowRule rule) {
        double[] score = new double[disks.size()];
        for (int index = 0; index < score.length; index++) {
            Judged judged = disks.get(index);
            if (judged.first > judged.last) {
                score[index] = Double.NEGATIVE_INFINITY;
                continue;
            }
            int last = judged.disk.rowAt(judged.last);
            for (int row = judged.disk.rowAt(judged.first); row <= last; row++) {
                score[index] = Math.max(score[index], rule.alarms(judged.disk, row) ? 1 : 0);
            }
        }
        return new Ranking(score, failed(), new double[0], new int[0], new int[0]);
    }

    private interface RowRule {
        boolean alarms(Trajectory disk, int row);
    }

    private static boolean anyAboveZero(Trajectory disk, int row) {
        for (SmartAttribute attribute : SmartAttribute.values()) {
            boolean isOne =
                    switch (attribute.id()) {
                        case 5, 187, 188, 197, 198 -> true;
                        default -> false;
                    };
            if (isOne && disk.value(attribute, row) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Thresholds of Scrutiny: a disk fails where the failure rate that was observed with an attribute's value is 10 % a year or
     * more, 20 % if the attribute is not critical.
     */
    private record Scrutiny(Map<Integer, JsonNode> byAttribute) implements RowRule {

        static Scrutiny read(Path file) throws IOException {
            Map<Integer, JsonNode> all = new HashMap<>();
            new ObjectMapper()
                    .readTree(Files.readAllBytes(file))
                    .properties()
                    .forEach(entry -> all.put(Integer.parseInt(entry.getKey()), entry.getValue()));
            return new Scrutiny(all);
        }

        @Override
        public boolean alarms(Trajectory disk, int row) {
            for (SmartAttribute attribute : SmartAttribute.values()) {
                JsonNode known = byAttribute.get(attribute.id());
                long value = disk.value(attribute, row);
                if (known == null || value < 0) {
                    continue;
                }
                double rateMax = known.path("crit").asText().equals("true") ? 0.10 : 0.20;
                for (JsonNode bucket : known.path("th")) {
                    long low = bucket.path(0).asLong();
                    long high = bucket.path(1).asLong();
                    boolean isIn = low == high ? value == low : value > low && value <= high;
                    if (isIn && bucket.path(2).asDouble() >= rateMax) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    // ---- models

    /** What a model came to. */
    private record Modelled(
            Ranking ranking, double calibrationError, double learnSecondsMax, double judgeMicros) {}

    /** What learns and judges in turn. */
    private interface Method {
        Backtest backtest(List<Trajectory> learned, List<Trajectory> judged, int refitDays);
    }

    private Modelled model(Method method, int refitDays, int parts, ToIntFunction<Trajectory> part)
            throws FleetLearner.InsufficientHistory {
        Scores scores = new Scores();
        for (int fold = 0; fold < parts; fold++) {
            int judgedFold = fold;
            List<Trajectory> learned = new ArrayList<>();
            List<Trajectory> judged = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (int index = 0; index < disks.size(); index++) {
                if (part.applyAsInt(disks.get(index).disk) == judgedFold) {
                    judged.add(disks.get(index).disk);
                    places.add(index);
                }
            }
            for (Trajectory disk : fleet) {
                if (part.applyAsInt(disk) != judgedFold) {
                    learned.add(disk);
                }
            }
            Backtest backtest = method.backtest(learned, judged, refitDays);
            backtest.run(Instant.now(), "cross-validation", scores.sink(places));
            scores.judgingNanos += backtest.judgingNanos();
        }
        return scores.finish();
    }

    private final class Scores {

        private final double[] score = new double[disks.size()];
        private final double[] inForce = new double[disks.size()];
        private final int[] inForceFrom = new int[disks.size()];
        private final double[] squaredErrors = new double[disks.size()];
        private final int[] months = new int[disks.size()];
        private final int[] monthsFailed = new int[disks.size()];
        private final double[] binned = new double[RELIABILITY_BOUNDS.length];
        private final double[] predicted = new double[RELIABILITY_BOUNDS.length];
        private final double[] observed = new double[RELIABILITY_BOUNDS.length];
        private long learnNanosMax;
        private long judgingNanos;
        private long checks;

        Scores() {
            Arrays.fill(score, Double.NEGATIVE_INFINITY);
            Arrays.fill(inForce, Double.NEGATIVE_INFINITY);
        }

        Backtest.Sink sink(List<Integer> places) {
            return new Backtest.Sink() {
                @Override
                public void refitted(FailureModel model, long nanos) {
                    learnNanosMax = Math.max(learnNanosMax, nanos);
                }

                @Override
                public void checked(Backtest.Check check) {
                    checks++;
                    int index = places.get(check.disk());
                    endForce(index, check.poweredHours() - 1);
                    inForce[index] = check.score();
                    inForceFrom[index] = check.poweredHours();
                    if (check.isMonthly()) {
                        month(index, check);
                    }
                }
            };
        }

        private void endForce(int index, int last) {
            Judged judged = disks.get(index);
            if (Math.max(inForceFrom[index], judged.first) <= Math.min(last, judged.last)) {
                score[index] = Math.max(score[index], inForce[index]);
            }
        }

        private void month(int index, Backtest.Check check) {
            Judged judged = disks.get(index);
            int remaining = judged.disk.span().lastPoweredHours() - check.poweredHours();
            boolean isKnown = judged.disk.failed() || remaining >= MONTH_HOURS;
            if (check.poweredHours() < judged.first || remaining < 1 || !isKnown) {
                return;
            }
            boolean fails = judged.disk.failed() && remaining <= MONTH_HOURS;
            double p = check.probability30();
            double error = p - (fails ? 1 : 0);
            squaredErrors[index] += error * error;
            months[index]++;
            monthsFailed[index] += fails ? 1 : 0;
            int bin = 0;
            while (p >= RELIABILITY_BOUNDS[bin + 1]) {
                bin++;
            }
            binned[bin]++;
            predicted[bin] += p;
            observed[bin] += fails ? 1 : 0;
        }

        Modelled finish() {
            double all = 0;
            double error = 0;
            for (int index = 0; index < score.length; index++) {
                endForce(index, disks.get(index).disk.span().lastPoweredHours());
            }
            for (int bin = 0; bin < binned.length; bin++) {
                all += binned[bin];
                error += Math.abs(predicted[bin] - observed[bin]);
            }
            return new Modelled(
                    new Ranking(score, failed(), squaredErrors, months, monthsFailed),
                    error / Math.max(1, all),
                    learnNanosMax / 1e9,
                    judgingNanos / 1e3 / Math.max(1, checks));
        }
    }

    // ---- the table

    /**
     * @param part of a disk, from 0 on, below {@code parts}
     * @param scrutiny file of Scrutiny's thresholds, if they are to be compared
     * @param xgboost if it is to be compared
     */
    static void run(
            List<Trajectory> fleet,
            int fromHour,
            int toHour,
            int[] refitDays,
            int parts,
            ToIntFunction<Trajectory> part,
            Optional<Path> scrutiny,
            Optional<Xgboost> xgboost,
            FleetLearner.Effort effort)
            throws IOException, FleetLearner.InsufficientHistory {
        SmartValidation validation = new SmartValidation(fleet, fromHour, toHour);
        Map<String, Ranking> rules = new LinkedHashMap<>();
        say("%d disks, %d of them fail".formatted(validation.disks.size(), count(validation)));
        say(HEAD);
        rules.put("any above zero", validation.rule(SmartValidation::anyAboveZero));
        if (scrutiny.isPresent()) {
            rules.put("Scrutiny's thresholds", validation.rule(Scrutiny.read(scrutiny.get())));
        }
        rules.forEach((name, ranking) -> line(name, ranking, Double.NaN, 0));
        Method product =
                (learned, judged, days) ->
                        new Backtest(learned, judged, fromHour, toHour, days, effort);
        for (int days : refitDays) {
            String when = days == 0 ? "static" : "every " + days + " days";
            Modelled modelled = validation.model(product, days, parts, part);
            line("model, " + when, modelled);
            rules.forEach((rule, ranking) -> compare(rule, ranking, modelled.ranking));
            say(
                    String.format(
                            Locale.ROOT, "    a check is judged in %.1f us", modelled.judgeMicros));
            if (xgboost.isPresent()) {
                Method other =
                        (learned, judged, every) ->
                                xgboost.get()
                                        .backtest(
                                                learned,
                                                judged,
                                                fromHour,
                                                toHour,
                                                every,
                                                effort.seed());
                Modelled its = validation.model(other, days, parts, part);
                line("XGBoost, " + when, its);
                compare(modelled.ranking, its.ranking);
            }
        }
    }

    private static long count(SmartValidation validation) {
        return validation.disks.stream().filter(Judged::failed).count();
    }

    /** Of {@link Ranking.Figures#all}, those in the table. */
    private static final int[] COLUMNS = {0, 1, 4, 5, 6, 7};

    private static final String[] TITLES = {
        "AUC", "best F1", "det. at 0.5 %", "at 1 %", "at 2 %", "Brier skill"
    };

    private static final String HEAD =
            "%-22s %-18s %-18s %-18s %-18s %-18s %-20s %-8s %s"
                    .formatted(
                            "method",
                            TITLES[0],
                            TITLES[1],
                            TITLES[2],
                            TITLES[3],
                            TITLES[4],
                            TITLES[5],
                            "ECE",
                            "slowest fit");

    private static void line(String name, Modelled modelled) {
        line(name, modelled.ranking, modelled.calibrationError, modelled.learnSecondsMax);
    }

    private static void line(String name, Ranking ranking, double error, double seconds) {
        Ranking.Figures figures = ranking.figures();
        double[][] draws = ranking.bootstrap(DRAWS);
        double[] all = figures.all();
        StringBuilder text = new StringBuilder("%-22s".formatted(name));
        for (int column : COLUMNS) {
            text.append(" %-18s".formatted(interval(all[column], draws, column)));
        }
        text.append(
                Double.isNaN(error)
                        ? ""
                        : String.format(Locale.ROOT, "   %.5f  %.1f s", error, seconds));
        say(text.toString());
        if (Double.isNaN(error)) {
            say(
                    String.format(
                            Locale.ROOT,
                            "    one point: %.3f at %.2f %% false alarms",
                            figures.detectionAtBestF1(),
                            100 * figures.falseAlarmRate()));
        }
    }

    private static String interval(double value, double[][] draws, int column) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double[] sorted = Arrays.stream(draws).mapToDouble(draw -> draw[column]).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f-%.3f)",
                value,
                sorted[sorted.length / 20],
                sorted[sorted.length - 1 - sorted.length / 20]);
    }

    /** The model at the rule's own rate of false alarms, and by how much it is better, on the same draws of disks. */
    private static void compare(String name, Ranking rule, Ranking model) {
        Ranking.Figures point = rule.figures();
        Ranking.Advantage all = model.over(rule);
        Ranking.Advantage[] draws = model.over(rule, DRAWS);
        say(
                String.format(
                        Locale.ROOT,
                        "    at the %.2f %% false alarms of '%s' (%.3f detected): %.3f; better by %s, AUC by %s, F1 by %s",
                        100 * point.falseAlarmRate(),
                        name,
                        point.detectionAtBestF1(),
                        point.detectionAtBestF1() + all.detection(),
                        difference(all, draws, Ranking.Advantage::detection),
                        difference(all, draws, Ranking.Advantage::auc),
                        difference(all, draws, Ranking.Advantage::bestF1)));
    }

    /** By how much the model is better than another, on the same draws of disks. */
    private static void compare(Ranking model, Ranking other) {
        double[] ours = model.figures().all();
        double[] its = other.figures().all();
        double[][] ourDraws = model.bootstrap(DRAWS);
        double[][] itsDraws = other.bootstrap(DRAWS);
        StringBuilder text = new StringBuilder("    the model is better by");
        for (int place = 0; place < COLUMNS.length; place++) {
            int column = COLUMNS[place];
            double[] differences = new double[DRAWS];
            Arrays.setAll(differences, draw -> ourDraws[draw][column] - itsDraws[draw][column]);
            text.append(place == 0 ? " " : ", ")
                    .append(TITLES[place])
                    .append(' ')
                    .append(interval(ours[column] - its[column], differences));
        }
        say(text.toString());
    }

    private static String difference(
            Ranking.Advantage all,
            Ranking.Advantage[] draws,
            ToDoubleFunction<Ranking.Advantage> of) {
        return interval(of.applyAsDouble(all), Arrays.stream(draws).mapToDouble(of).toArray());
    }

    /** 90 % of draws. */
    private static String interval(double value, double[] draws) {
        double[] sorted = Arrays.stream(draws).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%.4f (%.4f to %.4f)",
                value,
                sorted[sorted.length / 20],
                sorted[sorted.length - 1 - sorted.length / 20]);
    }

    @SuppressWarnings("SystemOut") // a command speaks on its standard output
    private static void say(String line) {
        System.out.println(line);
    }
}
