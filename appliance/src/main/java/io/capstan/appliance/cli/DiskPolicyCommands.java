package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.smart.history.FleetFiles;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.Backtest;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.FleetLearner;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.PolicySimulation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code capstan disk policy ...}. */
@Command(
        name = "policy",
        description = "When something is done about a disk, and what.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DiskPolicyCommands implements Runnable {

    /** One disk in so many is judged; models learn from the others. */
    private static final int PARTS = 3;

    /** Of a policy, to people; programs see all of them. */
    private static final int FIRINGS_SHOWN_MAX = 20;

    @ParentCommand private @Nullable DiskCommands parent;

    private DiskCommands disk() {
        return Objects.requireNonNull(parent);
    }

    /** A verb is missing. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                disk().line(), "a verb is missing: one of [list, simulate]");
    }

    @Command(description = "Lists the policies.")
    void list() {
        disk().output()
                .print(
                        disk().api().get("/v1/disk-policies"),
                        document -> {
                            Table table =
                                    new Table(
                                            "POLICY",
                                            "WITHIN DAYS",
                                            "FIRES AT",
                                            "NOW FROM",
                                            "DOES");
                            document.path("policies")
                                    .forEach(policy ->
                                            table.add(
                                                    Output.text(policy, "name"),
                                                    Output.text(policy, "horizonDays"),
                                                    Output.text(policy, "criterion"),
                                                    policy.hasNonNull("threshold")
                                                            ? DiskCommands.percent(
                                                                    policy.path("threshold")
                                                                            .asDouble())
                                                            : "never",
                                                    Output.text(policy, "action")));
                            return table;
                        });
    }

    @Command(
            description = {
                "Shows what policies would have done in the past.",
                "By default the daemon tries them on the disks that it has histories of, its own and imported, by the "
                        + "model that predicts now. With --history no daemon is asked: models learn from two thirds of the "
                        + "disks of a history in files, again each quarter, and the others are judged with what was known "
                        + "then."
            })
    void simulate(
            @Option(
                            names = "--history",
                            paramLabel = "DIR",
                            description = "With *disks*.csv[.gz] and *changes*.csv[.gz].")
                    @Nullable Path history,
            @Option(
                            names = "--from",
                            paramLabel = "DAY",
                            description =
                                    "First day, as 2026-01-31; by default a year before the last.")
                    @Nullable LocalDate from,
            @Option(names = "--to", paramLabel = "DAY", description = "Last day; by default today.")
                    @Nullable LocalDate to,
            @Option(names = "--probability", paramLabel = "P", description = "Fire from P on.")
                    @Nullable List<Double> probabilities,
            @Option(
                            names = "--miss-at-most",
                            paramLabel = "X",
                            description =
                                    "Miss at most this share of the failures that can be foreseen.")
                    @Nullable List<Double> missed,
            @Option(
                            names = "--precision",
                            paramLabel = "X",
                            description = "At least this share of those fired on fail.")
                    @Nullable List<Double> precisions,
            @Option(
                            names = "--failure-costs",
                            paramLabel = "N",
                            description = "As many times what a replacement costs.")
                    @Nullable List<Double> costs) {
        List<Wanted> wanted = new ArrayList<>();
        want(wanted, "probability", "p>=%s", probabilities);
        want(wanted, "missAtMost", "miss<=%s", missed);
        want(wanted, "precision", "precision>=%s", precisions);
        want(wanted, "failureCost", "cost %s:1", costs);
        disk().output()
                .print(
                        history == null
                                ? ofNode(from, to, wanted)
                                : ofFiles(history, from, to, wanted),
                        DiskPolicyCommands::simulationText);
    }

    /** A policy to try: the API's word for when it fires, and what it is called. */
    private record Wanted(String criterion, String name, double value) {

        Policy policy() {
            return new Policy(
                    name,
                    Horizon.DAYS_30,
                    switch (criterion) {
                        case "probability" -> new Policy.Criterion.Probability(value);
                        case "missAtMost" -> new Policy.Criterion.Coverage(value);
                        case "precision" -> new Policy.Criterion.Precision(value);
                        default -> new Policy.Criterion.ExpectedCost(value, 1);
                    },
                    Policy.Action.ALERT);
        }
    }

    private static void want(
            List<Wanted> wanted, String criterion, String name, @Nullable List<Double> values) {
        if (values != null) {
            values.forEach(
                    value -> wanted.add(new Wanted(criterion, name.formatted(value), value)));
        }
    }

    private JsonNode ofNode(@Nullable LocalDate from, @Nullable LocalDate to, List<Wanted> wanted) {
        Map<String, Object> request = new HashMap<>();
        DiskCommands.putIfGiven(request, "start", from == null ? null : from.toString());
        DiskCommands.putIfGiven(request, "end", to == null ? null : to.toString());
        request.put(
                "policies",
                wanted.stream()
                        .map(policy -> Map.of("name", policy.name, policy.criterion, policy.value))
                        .toList());
        return disk().ask("/v1/disk-simulations", request);
    }

    private JsonNode ofFiles(
            Path history, @Nullable LocalDate from, @Nullable LocalDate to, List<Wanted> wanted) {
        if (from == null || to == null) {
            throw new CliException(ExitStatus.USAGE, "--history needs --from and --to");
        }
        try {
            List<Policy> policies =
                    wanted.isEmpty()
                            ? Policy.defaults()
                            : wanted.stream().map(Wanted::policy).toList();
            PolicySimulation simulation = simulation(history, hour(from), hour(to) + 24);
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            ArrayNode results = document.putArray("results");
            policies.forEach(policy -> results.add(document(policy, simulation.simulate(policy))));
            return document;
        } catch (IOException | IllegalArgumentException | FleetLearner.InsufficientHistory e) {
            throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** As the API has it, without the single disks. */
    private static ObjectNode document(Policy policy, PolicySimulation.Outcome outcome) {
        ObjectNode document =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", policy.name())
                        .put("horizonDays", policy.horizon().days())
                        .put("disks", outcome.disks())
                        .put("failed", outcome.failures())
                        .put("fired", outcome.firings())
                        .put("caught", outcome.caught())
                        .put("falseAlarms", outcome.falseAlarms());
        if (outcome.threshold() <= 1) {
            document.put("threshold", outcome.threshold());
        }
        outcome.leadDaysMedian().ifPresent(days -> document.put("leadDays", days));
        return document;
    }

    private static String simulationText(JsonNode simulation) {
        Table table =
                new Table(
                        "POLICY",
                        "FIRES FROM",
                        "DISKS",
                        "FAILED",
                        "FIRED",
                        "CAUGHT",
                        "FALSE",
                        "DETECTED",
                        "FALSE RATE",
                        "LEAD DAYS");
        StringBuilder firings = new StringBuilder();
        for (JsonNode policy : simulation.path("results")) {
            int failed = policy.path("failed").asInt();
            int healthy = policy.path("disks").asInt() - failed;
            table.add(
                    Output.text(policy, "name"),
                    policy.hasNonNull("threshold")
                            ? DiskCommands.percent(policy.path("threshold").asDouble())
                            : "never",
                    Output.text(policy, "disks"),
                    failed,
                    Output.text(policy, "fired"),
                    Output.text(policy, "caught"),
                    Output.text(policy, "falseAlarms"),
                    share(policy.path("caught").asInt(), failed),
                    share(policy.path("falseAlarms").asInt(), healthy),
                    policy.hasNonNull("leadDays")
                            ? "%.0f".formatted(policy.path("leadDays").asDouble())
                            : "");
            firings(firings, policy);
        }
        return isOfNothing(simulation)
                ? table
                        + "\nno history of a disk reaches a day into that time; those of other nodes come by capstan disk import\n"
                : table + (firings.isEmpty() ? "" : "\n" + firings);
    }

    private static boolean isOfNothing(JsonNode simulation) {
        return simulation
                .path("results")
                .valueStream()
                .allMatch(policy -> policy.path("disks").asInt() == 0);
    }

    private static String share(int part, int whole) {
        return whole == 0 ? "" : DiskCommands.percent((double) part / whole);
    }

    private static void firings(StringBuilder text, JsonNode policy) {
        JsonNode firings = policy.path("firings");
        for (int at = 0; at < Math.min(firings.size(), FIRINGS_SHOWN_MAX); at++) {
            JsonNode firing = firings.path(at);
            text.append(
                    "%s  %s fires on %s, which %s%n"
                            .formatted(
                                    Output.text(firing, "date"),
                                    Output.text(policy, "name"),
                                    Output.text(firing, "disk"),
                                    firing.hasNonNull("leadDays")
                                            ? "failed %.0f days later"
                                                    .formatted(firing.path("leadDays").asDouble())
                                            : "did not fail"));
        }
        if (firings.size() > FIRINGS_SHOWN_MAX) {
            text.append(
                    "            and on %d more%n".formatted(firings.size() - FIRINGS_SHOWN_MAX));
        }
    }

    private static int hour(LocalDate day) {
        return Math.toIntExact(day.toEpochDay() * 24);
    }

    private static PolicySimulation simulation(Path history, int fromHour, int toHour)
            throws IOException, FleetLearner.InsufficientHistory {
        List<Trajectory> learned = new ArrayList<>();
        List<Trajectory> judged = new ArrayList<>();
        for (Trajectory disk : FleetFiles.read(history)) {
            boolean isJudged = Math.floorMod(disk.serial().hashCode() * 0x9E3779B1, PARTS) == 0;
            (isJudged ? judged : learned).add(disk);
        }
        PolicySimulation simulation = new PolicySimulation(judged, toHour);
        new Backtest(learned, judged, fromHour, toHour, 90, FleetLearner.Effort.defaults())
                .run(
                        Instant.now(),
                        history.toString(),
                        new Backtest.Sink() {
                            @Override
                            public void refitted(FailureModel model, long nanos) {}

                            @Override
                            public void checked(Backtest.Check check) {
                                simulation.add(
                                        check.disk(), check.poweredHours(), check.probability30());
                            }
                        });
        return simulation;
    }
}
