package io.capstan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What came of a run: a table for people as it goes on, JSON for the history. */
final class Report {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final ObjectNode run = JSON.createObjectNode();
    private final ArrayNode cases = run.putArray("cases");

    Report(PrintStream out, Settings settings) throws IOException {
        this.out = out;
        run.put("time", Instant.now().toString());
        run.put("pairs", settings.pairs());
        run.put("short", settings.isShort());
        run.put("processors", Runtime.getRuntime().availableProcessors());
        run.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        run.put("kernel", System.getProperty("os.version"));
        run.put("java", System.getProperty("java.version"));
    }

    /** Adds a case, and prints it. */
    void add(BenchCase of, Map<String, List<Sample>> samples, List<String> leftOut) {
        ObjectNode node = cases.addObject();
        node.put("case", of.name());
        node.put("unit", of.unit());
        out.printf("%n%s [%s]%n", of.name(), of.unit());
        out.printf(
                "  %-26s %10s %10s %10s %8s %10s %8s %8s%n",
                "", "median", "least", "most", "ratio", "CPU s/GB", "p99 ms", "MiB");
        double product = median(samples.values().iterator().next(), Sample::value);
        ObjectNode contenders = node.putObject("contenders");
        samples.forEach((name, of1) -> {
            double[] sorted = of1.stream().mapToDouble(Sample::value).sorted().toArray();
            double median = median(of1, Sample::value);
            double cpu = median(of1, Sample::cpuSecondsPerGb);
            double p99 = median(of1, Sample::p99Millis);
            double resident = median(of1, Sample::residentMib);
            out.printf(
                    "  %-26s %10.1f %10.1f %10.1f %8.2f %10s %8s %8s%n",
                    name,
                    median,
                    sorted[0],
                    sorted[sorted.length - 1],
                    product / median,
                    text("%.3f", cpu),
                    text("%.1f", p99),
                    text("%.0f", resident));
            ObjectNode contender = contenders.putObject(name);
            contender.put("median", median);
            put(contender, "cpu-seconds-per-gb", cpu);
            put(contender, "p99-ms", p99);
            put(contender, "resident-mib", resident);
            ArrayNode values = contender.putArray("values");
            of1.forEach(sample -> values.add(sample.value()));
        });
        leftOut.forEach(name -> out.printf("  %-26s not installed, left out%n", name));
        ArrayNode goals = node.putArray("goals");
        of.goals().forEach(goal -> check(goal, samples, goals));
    }

    private static String text(String format, double value) {
        return Double.isNaN(value) ? "" : format.formatted(value);
    }

    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    private void check(BenchCase.Goal goal, Map<String, List<Sample>> samples, ArrayNode goals) {
        ToDoubleFunction<Sample> figure = goal.ofCpu() ? Sample::cpuSecondsPerGb : Sample::value;
        double mine = median(samples.values().iterator().next(), figure);
        double others =
                Arrays.stream(goal.yardstick().split("\\|"))
                        .map(name -> samples.getOrDefault(name, List.of()))
                        .filter(taken -> !taken.isEmpty())
                        .mapToDouble(taken -> median(taken, figure))
                        .max()
                        .orElse(goal.yardstick().isEmpty() ? 1 : Double.NaN);
        if (Double.isNaN(others)) {
            return;
        }
        double ratio = mine / others;
        boolean reached = goal.atLeast() ? ratio >= goal.bound() : ratio <= goal.bound();
        out.printf(
                "  goal: %s%s %s %.2f%s: %.2f, %s%n",
                goal.ofCpu() ? "CPU " : "",
                goal.yardstick().isEmpty() ? "value" : "ratio to " + goal.yardstick(),
                goal.atLeast() ? "at least" : "at most",
                goal.bound(),
                "",
                ratio,
                reached ? "reached" : "MISSED");
        ObjectNode node = goals.addObject();
        node.put("yardstick", goal.yardstick());
        node.put("of-cpu", goal.ofCpu());
        node.put(goal.atLeast() ? "at-least" : "at-most", goal.bound());
        node.put("actual", ratio);
        node.put("reached", reached);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Says that this machine has nothing that a case needs. */
    void leftOut(BenchCase of) {
        out.printf("%n%s: left out, this machine has not what it needs%n", of.name());
    }

    /** Says that a case could not be run. */
    void failed(BenchCase of, Exception fault) {
        out.printf("%n%s: FAILED: %s%n", of.name(), fault);
        ObjectNode node = cases.addObject();
        node.put("case", of.name());
        node.put("failed", fault.toString());
    }

    /** Adds the run to the history file, one line of JSON. */
    void appendTo(Path history) throws IOException {
        Path directory = history.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(
                history,
                JSON.writeValueAsString(run) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        out.printf("%nadded to %s%n", history);
    }
}
