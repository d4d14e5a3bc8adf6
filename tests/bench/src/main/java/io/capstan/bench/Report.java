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
                "  %-26s %10s %10s %10s %8s %10s%n",
                "", "median", "least", "most", "ratio", "CPU s/GB");
        double product = median(samples.values().iterator().next(), false);
        ObjectNode contenders = node.putObject("contenders");
        samples.forEach((name, of1) -> {
            double[] sorted = of1.stream().mapToDouble(Sample::value).sorted().toArray();
            double median = median(of1, false);
            double cpu = median(of1, true);
            out.printf(
                    "  %-26s %10.1f %10.1f %10.1f %8.2f %10s%n",
                    name,
                    median,
                    sorted[0],
                    sorted[sorted.length - 1],
                    product / median,
                    Double.isNaN(cpu) ? "" : "%.3f".formatted(cpu));
            ObjectNode contender = contenders.putObject(name);
            contender.put("median", median);
            if (!Double.isNaN(cpu)) {
                contender.put("cpu-seconds-per-gb", cpu);
            }
            ArrayNode values = contender.putArray("values");
            of1.forEach(sample -> values.add(sample.value()));
        });
        leftOut.forEach(name -> out.printf("  %-26s not installed, left out%n", name));
        ArrayNode goals = node.putArray("goals");
        of.goals().forEach(goal -> check(goal, samples, goals));
    }

    private void check(BenchCase.Goal goal, Map<String, List<Sample>> samples, ArrayNode goals) {
        double mine = median(samples.values().iterator().next(), goal.ofCpu());
        double others =
                Arrays.stream(goal.yardstick().split("\\|"))
                        .map(name -> samples.getOrDefault(name, List.of()))
                        .filter(taken -> !taken.isEmpty())
                        .mapToDouble(taken -> median(taken, goal.ofCpu()))
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

    private static double median(List<Sample> samples, boolean ofCpu) {
        double[] sorted =
                samples.stream()
                        .mapToDouble(sample -> ofCpu ? sample.cpuSecondsPerGb() : sample.value())
                        .sorted()
                        .toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
