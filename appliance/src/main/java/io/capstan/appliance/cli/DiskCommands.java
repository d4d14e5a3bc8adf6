package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan disk ...}. */
@Command(
        name = "disk",
        description = "Disks of this node: how they are, and what is done about them.",
        subcommands = {DiskPolicyCommands.class, DiskRateCommand.class})
final class DiskCommands extends Noun {

    private static final String SPARKS = "▁▂▃▄▅▆▇█";
    private static final int SPARKLINE_LENGTH_MAX = 60;
    private static final long WAIT_MILLIS = 200;

    /** Factors on the odds below this say nothing to a person. */
    private static final double FACTOR_MIN = 1.05;

    /** Action of a policy that takes a disk out. */
    private static final String REPLACE = "deactivate-and-replace";

    private static final double NEVER_HOURS = 100_000;

    /** Half of the last digit that is shown of a chance. */
    private static final double SMALL = 0.000_005;

    @Command(description = "Lists the disks and the chance that each fails.")
    void list() {
        output().print(api().get("/v1/disks"), DiskCommands::listText);
    }

    private static Object listText(JsonNode document) {
        Table table =
                new Table(
                        "DISK", "DEVICE", "STATE", "HOURS", "TEMP", "30 DAYS", "90 DAYS", "1 YEAR",
                        "POOLS", "CHUNKS", "DOING");
        for (JsonNode disk : document.path("disks")) {
            table.add(
                    Output.text(disk, "id"),
                    Output.text(disk, "device"),
                    Output.text(disk, "presence"),
                    Output.text(disk, "powerOnHours"),
                    Output.text(disk, "temperature"),
                    percent(probability(disk, 0)),
                    percent(probability(disk, 1)),
                    percent(probability(disk, 2)),
                    String.join(" ", StatusCommand.strings(disk.path("pools"))),
                    disk.path("pools").isEmpty() ? "" : Output.text(disk, "chunks"),
                    doing(disk));
        }
        return table;
    }

    private static double probability(JsonNode disk, int horizon) {
        return disk.path("probabilities").path(horizon).path("value").asDouble(Double.NaN);
    }

    /** In a word each; what is in the way is told by {@code show}. */
    private static String doing(JsonNode disk) {
        Set<String> doing = new LinkedHashSet<>();
        for (JsonNode one : disk.path("cases")) {
            String state =
                    one.path("held").asBoolean()
                            ? " (held)"
                            : one.hasNonNull("obstacle") ? " (waits)" : "";
            step(one).ifPresent(step -> doing.add(step + state));
        }
        return String.join(", ", doing);
    }

    /** What is being done with a disk; nothing once it is done. */
    private static Optional<String> step(JsonNode one) {
        String step = Output.text(one, "step");
        return switch (step) {
            case "done" -> Optional.empty();
            case "alerted" -> Optional.of("watched");
            case "fired" -> Optional.of("to be evacuated");
            case "empty" ->
                    Optional.of(
                            Output.text(one, "action").equals(REPLACE)
                                    ? "to be taken out"
                                    : "evacuated");
            case "awaiting-replacement" -> Optional.of("to be replaced");
            case "rebalancing" -> Optional.of("evening out");
            default -> Optional.of(step);
        };
    }

    static String percent(double p) {
        if (Double.isNaN(p)) {
            return "";
        }
        return String.format(
                Locale.ROOT, p < 0.001 ? "%.3f %%" : p < 0.1 ? "%.2f %%" : "%.1f %%", 100 * p);
    }

    @Command(
            description =
                    "Shows a disk: how likely it fails and why, what it reported, its life so far.")
    void show(@Parameters(paramLabel = "DISK", description = "As list names it.") String disk) {
        output().print(api().get(ApiClient.path("/v1/disks/%s", disk)), DiskCommands::showText);
    }

    private static String showText(JsonNode detail) {
        JsonNode disk = detail.path("disk");
        StringBuilder text = new StringBuilder();
        line(text, "disk", Output.text(disk, "id"));
        line(
                text,
                "model",
                "%s, %s, %s, firmware %s"
                        .formatted(
                                Output.text(disk, "model"),
                                Output.text(disk, "diskClass"),
                                Output.size(disk, "capacityBytes"),
                                Output.text(disk, "firmware")));
        line(
                text,
                "device",
                "%s, %s, last seen %s"
                        .formatted(
                                Output.text(disk, "device"),
                                Output.text(disk, "presence"),
                                Output.text(detail, "lastSeen")));
        if (disk.hasNonNull("slot")) {
            line(text, "slot", Output.text(disk, "slot"));
        }
        List<String> arrays = StatusCommand.strings(disk.path("arrays"));
        if (!arrays.isEmpty()) {
            line(text, "part of", String.join(", ", arrays));
        }
        line(text, "powered on", Output.text(disk, "powerOnHours") + " hours");
        for (String directory : StatusCommand.strings(disk.path("directories"))) {
            line(text, "directory", directory);
        }
        if (!disk.path("directories").isEmpty()) {
            line(text, "chunks", Output.text(disk, "chunks"));
        }
        for (JsonNode evidence : disk.path("evidence")) {
            line(text, "EVIDENCE", evidence.asText());
        }
        for (JsonNode one : disk.path("cases")) {
            step(one).ifPresent(step -> line(text, "being done", step + because(one)));
            next(disk, one).ifPresent(command -> line(text, "next", command));
        }
        if (!disk.path("probabilities").isEmpty()) {
            text.append("\nchance to fail\n");
        }
        for (JsonNode p : disk.path("probabilities")) {
            text.append(
                    "  within %3d days  %8s   (90 %% between %s and %s)%n"
                            .formatted(
                                    p.path("days").asInt(),
                                    percent(p.path("value").asDouble()),
                                    percent(p.path("low").asDouble()),
                                    percent(p.path("high").asDouble())));
        }
        basis(text, detail, disk);
        reasons(text, detail);
        counters(text, detail.path("counters"));
        changes(text, detail.path("changes"));
        if (!detail.path("events").isEmpty()) {
            text.append("\nlife so far\n");
        }
        for (JsonNode event : detail.path("events")) {
            text.append(
                    "  %s  %-22s %s%n"
                            .formatted(
                                    Output.text(event, "time"),
                                    Output.text(event, "kind"),
                                    Output.text(event, "detail")));
        }
        return text.toString();
    }

    /** What a person has to do, where something waits for that. */
    private static Optional<String> next(JsonNode disk, JsonNode one) {
        return Output.text(one, "step").equals("awaiting-replacement")
                ? Optional.of(
                        "put another disk in, then: capstan disk replace %s DIRECTORY"
                                .formatted(Output.text(disk, "id")))
                : Optional.empty();
    }

    private static String because(JsonNode one) {
        return (one.path("held").asBoolean() ? " (held)" : "")
                + " in pool "
                + Output.text(one, "pool")
                + ": "
                + Output.text(one, "reason")
                + (one.hasNonNull("obstacle") ? "; waits: " + Output.text(one, "obstacle") : "");
    }

    private static void basis(StringBuilder text, JsonNode detail, JsonNode disk) {
        if (Output.text(disk, "basis").equals("priors-and-rules")) {
            text.append(
                    "  by the rates of its kind and by rules: no failure histories of its class exist\n");
        }
        JsonNode similar = detail.path("similar");
        if (similar.isObject()) {
            text.append(
                    "  of %.0f past disks that looked like it, %.1f failed within 30 days%n"
                            .formatted(
                                    similar.path("checks").asDouble(),
                                    similar.path("failedWithin30Days").asDouble()));
        }
    }

    private static void reasons(StringBuilder text, JsonNode detail) {
        List<String> evidence = StatusCommand.strings(detail.path("disk").path("evidence"));
        boolean isFirst = true;
        for (JsonNode reason : detail.path("reasons")) {
            double factor = reason.path("oddsFactor").asDouble();
            if (factor > 1 / FACTOR_MIN && factor < FACTOR_MIN) {
                continue;
            }
            if (isFirst) {
                text.append("\nwhy (odds of failing within 30 days)\n");
                isFirst = false;
            }
            text.append(
                    "  %s %6.2f  %s%s%n"
                            .formatted(
                                    factor >= 1 ? "x" : "÷",
                                    factor >= 1 ? factor : 1 / factor,
                                    Output.text(reason, "title"),
                                    evidence.contains(Output.text(reason, "title"))
                                            ? ""
                                            : " = " + value(reason)));
        }
    }

    /** Trees see a great number of hours since what never was. */
    private static String value(JsonNode reason) {
        boolean isSince = Output.text(reason, "factor").contains("since");
        double value = reason.path("value").asDouble();
        return isSince && value >= NEVER_HOURS ? "never" : number(value);
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? "%.0f".formatted(value)
                : String.format(Locale.ROOT, "%.3g", value);
    }

    private static void counters(StringBuilder text, JsonNode counters) {
        boolean isFirst = true;
        for (Map.Entry<String, JsonNode> counter : counters.properties()) {
            if (counter.getValue().asLong() != 0) {
                if (isFirst) {
                    text.append("\ncounters that are not zero\n");
                    isFirst = false;
                }
                text.append(
                        "  %-40s %d%n".formatted(counter.getKey(), counter.getValue().asLong()));
            }
        }
    }

    private static void changes(StringBuilder text, JsonNode changes) {
        if (!changes.isEmpty()) {
            text.append("\nlast changes\n");
        }
        for (JsonNode change : changes) {
            text.append(
                    "  %s  %s: %d, before %d%n"
                            .formatted(
                                    Output.text(change, "time"),
                                    Output.text(change, "title"),
                                    change.path("after").asLong(),
                                    change.path("before").asLong()));
        }
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("%-12s %s%n".formatted(key, value));
    }

    @Command(description = "Shows how the chance to fail went, day by day.")
    void predict(
            @Parameters(
                            paramLabel = "DISK",
                            arity = "0..*",
                            description = "As list names them; all by default.")
                    @Nullable List<String> disks,
            @Option(names = "--model", description = "Only disks of this model.")
                    @Nullable String model,
            @Option(names = "--start", paramLabel = "DAY", description = "As 2026-01-31.")
                    @Nullable String start,
            @Option(names = "--end", paramLabel = "DAY", description = "As 2026-01-31.")
                    @Nullable String end) {
        Map<String, Object> request = new HashMap<>();
        if (disks != null && !disks.isEmpty()) {
            request.put("disks", disks);
        }
        putIfGiven(request, "model", model);
        putIfGiven(request, "start", start);
        putIfGiven(request, "end", end);
        output().print(ask("/v1/disk-predictions", request), DiskCommands::predictText);
    }

    /** Asks for what takes a while, and waits for it. */
    JsonNode ask(String path, Map<String, Object> request) {
        JsonNode status = api().send("POST", path, request);
        while (Output.text(status, "state").equals("running")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS));
            status = api().get(ApiClient.path(path + "/%s", Output.text(status, "request")));
        }
        if (Output.text(status, "state").equals("failed")) {
            throw new CliException(ExitStatus.FAILED, Output.text(status, "fault"));
        }
        return status;
    }

    static void putIfGiven(Map<String, Object> request, String name, @Nullable Object value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    private static Object predictText(JsonNode status) {
        Table table = new Table("DISK", "FROM", "TO", "LEAST", "MOST", "LAST", "30 DAYS AHEAD");
        for (JsonNode result : status.path("results")) {
            JsonNode days = result.path("days");
            List<Double> values = new ArrayList<>();
            days.forEach(day -> values.add(probability(day, 0)));
            if (values.isEmpty()) {
                continue;
            }
            table.add(
                    Output.text(result, "disk"),
                    Output.text(days.path(0), "date"),
                    Output.text(days.path(days.size() - 1), "date"),
                    percent(values.stream().mapToDouble(v -> v).min().orElse(0)),
                    percent(values.stream().mapToDouble(v -> v).max().orElse(0)),
                    percent(values.getLast()),
                    sparkline(values));
        }
        return table;
    }

    /** Bars on a logarithmic scale from 0.01 % to 100 %; the worst of the days that share one. */
    static String sparkline(List<Double> values) {
        int length = Math.min(values.size(), SPARKLINE_LENGTH_MAX);
        StringBuilder bars = new StringBuilder();
        for (int bar = 0; bar < length; bar++) {
            double most = 0;
            for (int at = bar * values.size() / length;
                    at < (bar + 1) * values.size() / length;
                    at++) {
                most = Math.max(most, values.get(at));
            }
            double share = 1 + Math.log10(Math.clamp(most, 1e-4, 1)) / 4;
            bars.append(SPARKS.charAt((int) Math.round(share * (SPARKS.length() - 1))));
        }
        return bars.toString();
    }

    @Command(description = "Moves a disk's chunks to the other disks of its pools.")
    void evacuate(
            @Parameters(paramLabel = "DISK", description = "As list names it.") String disk,
            @Option(
                            names = "--deactivate",
                            description = "Take it out of service when it is empty.")
                    boolean deactivate) {
        change(disk, "evacuate", Map.of("deactivate", deactivate));
    }

    @Command(description = "Stops what is being done with a disk.")
    void hold(@Parameters(paramLabel = "DISK", description = "As list names it.") String disk) {
        change(disk, "hold", Map.of());
    }

    @Command(description = "Lets what was held go on.")
    void release(@Parameters(paramLabel = "DISK", description = "As list names it.") String disk) {
        change(disk, "release", Map.of());
    }

    @Command(
            description =
                    "Keeps a disk in service, whatever is feared; it is acted on again if its odds double.")
    void keep(@Parameters(paramLabel = "DISK", description = "As list names it.") String disk) {
        change(disk, "keep", Map.of());
    }

    @Command(description = "Puts another disk in a disk's place.")
    void replace(
            @Parameters(paramLabel = "DISK", description = "As list names it.") String disk,
            @Parameters(paramLabel = "DIRECTORY", description = "On the new disk, empty.")
                    String directory,
            @Option(
                            names = "--store-disk",
                            paramLabel = "ID",
                            description = "Which of its directories, if several lie on it.")
                    @Nullable String storeDisk) {
        Map<String, Object> request = new HashMap<>(Map.of("directory", directory));
        putIfGiven(request, "storeDisk", storeDisk);
        change(disk, "replace", request);
    }

    @Command(
            description =
                    "Takes down that a counter was seen: it is told of again only if it grows.")
    void acknowledge(
            @Parameters(paramLabel = "DISK", description = "As list names it.") String disk,
            @Parameters(paramLabel = "COUNTER", description = "For example ata.5.raw.")
                    String counter) {
        change(disk, "acknowledge", Map.of("counter", counter));
    }

    @Command(
            description =
                    "Takes down that a disk that is missing was taken out in health: it is missed no more.")
    void forget(@Parameters(paramLabel = "DISK", description = "As list names it.") String disk) {
        change(disk, "forget", Map.of());
    }

    private void change(String disk, String verb, Map<String, Object> request) {
        output().print(
                        api().send("POST", ApiClient.path("/v1/disks/%s/%s", disk, verb), request),
                        document -> Output.text(document, "outcome") + "\n");
    }

    @Command(description = "Reads all disks now.")
    void poll() {
        output().print(
                        api().send("POST", "/v1/disks/poll", Map.of()),
                        document -> Output.text(document, "outcome") + "\n");
    }

    @Command(description = "Lists the alarms that stand.")
    void alarms() {
        output().print(
                        api().get("/v1/disk-alarms"),
                        document -> {
                            Table table = new Table("SINCE", "SEVERITY", "DISK", "WHAT");
                            document.path("alarms")
                                    .forEach(alarm ->
                                            table.add(
                                                    Output.text(alarm, "since"),
                                                    Output.text(alarm, "severity"),
                                                    Output.text(alarm, "disk"),
                                                    Output.text(alarm, "message")));
                            return table;
                        });
    }

    @Command(
            description = "Lists the chance that each pool loses data because disks fail together.")
    void pools() {
        output().print(
                        api().get("/v1/disk-pools"),
                        document -> {
                            Table table =
                                    new Table(
                                            "POOL",
                                            "COPIES",
                                            "DISKS",
                                            "DATA LOST IN 30 DAYS",
                                            "90 DAYS",
                                            "1 YEAR");
                            document.path("pools")
                                    .forEach(pool ->
                                            table.add(
                                                    Output.text(pool, "pool"),
                                                    Output.text(pool, "copies"),
                                                    Output.text(pool, "disks"),
                                                    loss(pool, 0),
                                                    loss(pool, 1),
                                                    loss(pool, 2)));
                            return table;
                        });
    }

    private static String loss(JsonNode pool, int horizon) {
        double p = pool.path("dataLoss").path(horizon).path("value").asDouble();
        return p > 0 && p < SMALL ? "< 0.001 %" : percent(p);
    }

    @Command(
            description =
                    "Lists what the disks have in common, and the failure rates that go with it.")
    void clusters() {
        output().print(
                        api().get("/v1/disk-clusters"),
                        document -> {
                            Table table =
                                    new Table(
                                            "DISKS WITH",
                                            "HERE",
                                            "WITH ERRORS",
                                            "FAILED",
                                            "DISK YEARS",
                                            "A YEAR",
                                            "90 % BETWEEN");
                            document.path("clusters").forEach(one -> table.add(cluster(one)));
                            return table;
                        });
    }

    private static Object[] cluster(JsonNode one) {
        List<String> path = StatusCommand.strings(one.path("path"));
        return new Object[] {
            "  ".repeat(path.size() - 1) + path.getLast(),
            one.path("disks").asInt(),
            one.path("withErrors").asInt(),
            number(Math.rint(one.path("failures").asDouble())),
            number(Math.rint(one.path("diskYears").asDouble())),
            percent(one.path("failuresPerYear").asDouble()),
            percent(one.path("low").asDouble()) + " and " + percent(one.path("high").asDouble())
        };
    }

    @Command(
            description =
                    "Lists disks with more errors, or hotter or slower, than others of their model are by chance.")
    void outliers() {
        output().print(
                        api().get("/v1/disk-outliers"),
                        document -> {
                            Table table =
                                    new Table("DISK", "AMONG", "ERRORS", "EXPECTED", "BY CHANCE");
                            document.path("outliers")
                                    .forEach(one ->
                                            table.add(
                                                    Output.text(one, "disk"),
                                                    Output.text(one, "cluster"),
                                                    Output.text(one, "errors"),
                                                    number(one.path("expected").asDouble()),
                                                    number(
                                                            one.path("tailProbability")
                                                                    .asDouble())));
                            Table high =
                                    new Table(
                                            "DISK",
                                            "AMONG",
                                            "MEASURE",
                                            "MEAN",
                                            "USUAL",
                                            "BY CHANCE");
                            document.path("high")
                                    .forEach(one ->
                                            high.add(
                                                    Output.text(one, "disk"),
                                                    Output.text(one, "cluster"),
                                                    Output.text(one, "measure"),
                                                    number(one.path("mean").asDouble()),
                                                    number(one.path("median").asDouble()),
                                                    number(
                                                            one.path("tailProbability")
                                                                    .asDouble())));
                            return document.path("high").isEmpty() ? table : table + "\n" + high;
                        });
    }

    @Command(description = "Lists the failure models that are kept.")
    void models(
            @Option(
                            names = "--rollback",
                            description = "Let the model before the present one predict again.")
                    boolean rollback,
            @Option(
                            names = "--install",
                            paramLabel = "FILE",
                            description = "Let a model that was learned elsewhere predict.")
                    @Nullable Path install) {
        if (install != null) {
            output().print(
                            api().send(
                                            "POST",
                                            "/v1/disk-models/install",
                                            Map.of("file", install.toAbsolutePath().toString())),
                            document -> Output.text(document, "outcome") + "\n");
            return;
        }
        if (rollback) {
            output().print(
                            api().send("POST", "/v1/disk-models/rollback", Map.of()),
                            document -> Output.text(document, "outcome") + "\n");
            return;
        }
        output().print(
                        api().get("/v1/disk-models"),
                        document -> {
                            Table table =
                                    new Table(
                                            "VERSION",
                                            "PREDICTS",
                                            "LEARNED",
                                            "DISKS",
                                            "FAILURES",
                                            "FROM");
                            document.path("models")
                                    .forEach(model ->
                                            table.add(
                                                    Output.text(model, "version"),
                                                    model.path("champion").asBoolean() ? "yes" : "",
                                                    Output.text(model, "learnedAt"),
                                                    Output.text(model, "disks"),
                                                    Output.text(model, "failures"),
                                                    Output.text(model, "source")));
                            return document.hasNonNull("retraining")
                                    ? table
                                            + "\na better one was looked for at "
                                            + Output.text(document, "retrainedAt")
                                            + ": "
                                            + Output.text(document, "retraining")
                                            + "\n"
                                    : table;
                        });
    }

    @Command(
            description =
                    "Learns a model from the histories that there are; it predicts from then on if it is better.")
    void retrain() {
        output().print(
                        api().send("POST", "/v1/disk-models/retrain", Map.of()),
                        document ->
                                (document.path("promoted").asBoolean()
                                                ? Output.text(document, "version")
                                                        + " predicts from now on: "
                                                : "the model stays: ")
                                        + Output.text(document, "reason")
                                        + "\n");
    }

    @Command(
            name = "export",
            description = "Writes the histories of this node's disks into a new file.")
    void exportHistories(@Parameters(paramLabel = "FILE") Path file) {
        histories("export", file);
    }

    @Command(
            name = "import",
            description =
                    "Takes over the histories of another node's disks, as it exported them, to learn from.")
    void importHistories(@Parameters(paramLabel = "FILE") Path file) {
        histories("import", file);
    }

    private void histories(String verb, Path file) {
        output().print(
                        api().send(
                                        "POST",
                                        "/v1/disk-histories/" + verb,
                                        Map.of("file", file.toAbsolutePath().toString())),
                        document ->
                                "%s: histories of %s disks%n"
                                        .formatted(
                                                Output.text(document, "file"),
                                                Output.text(document, "disks")));
    }

    /** {@code capstan disk policy ...} reaches the daemon through its parent. */
    CommandLine line() {
        return commandLine();
    }
}
