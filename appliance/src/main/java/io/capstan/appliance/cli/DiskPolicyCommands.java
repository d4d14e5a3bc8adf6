package io.capstan.appliance.cli;

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
import java.util.List;
import java.util.Locale;
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

    /** Needs no daemon: the history is in files. */
    @Command(
            description = {
                "Shows what policies would have done in the past.",
                "Models learn from two thirds of the disks of a history, again each quarter, and the "
                        + "others are judged with what was known then."
            })
    void simulate(
            @Option(
                            names = "--history",
                            required = true,
                            paramLabel = "DIR",
                            description = "With *disks*.csv[.gz] and *changes*.csv[.gz].")
                    Path history,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "DAY",
                            description = "First day.")
                    LocalDate from,
            @Option(names = "--to", required = true, paramLabel = "DAY", description = "Last day.")
                    LocalDate to,
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
        List<Policy> policies = policies(probabilities, missed, precisions, costs);
        try {
            PolicySimulation simulation = simulation(history, hour(from), hour(to) + 24);
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
            for (Policy policy : policies) {
                PolicySimulation.Outcome outcome = simulation.simulate(policy);
                table.add(
                        policy.name(),
                        outcome.threshold() > 1
                                ? "never"
                                : DiskCommands.percent(outcome.threshold()),
                        outcome.disks(),
                        outcome.failures(),
                        outcome.firings(),
                        outcome.caught(),
                        outcome.falseAlarms(),
                        DiskCommands.percent(outcome.detectionRate()),
                        DiskCommands.percent(outcome.falseAlarmRate()),
                        outcome.leadDaysMedian().isPresent()
                                ? String.format(
                                        Locale.ROOT, "%.0f", outcome.leadDaysMedian().getAsDouble())
                                : "");
            }
            disk().output().print(table.toString());
        } catch (IOException | FleetLearner.InsufficientHistory e) {
            throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static List<Policy> policies(
            @Nullable List<Double> probabilities,
            @Nullable List<Double> missed,
            @Nullable List<Double> precisions,
            @Nullable List<Double> costs) {
        List<Policy> policies = new ArrayList<>();
        if (probabilities != null) {
            probabilities.forEach(
                    p -> policies.add(policy("p>=" + p, new Policy.Criterion.Probability(p))));
        }
        if (missed != null) {
            missed.forEach(
                    x -> policies.add(policy("miss<=" + x, new Policy.Criterion.Coverage(x))));
        }
        if (precisions != null) {
            precisions.forEach(x ->
                    policies.add(policy("precision>=" + x, new Policy.Criterion.Precision(x))));
        }
        if (costs != null) {
            costs.forEach(n ->
                    policies.add(
                            policy("cost " + n + ":1", new Policy.Criterion.ExpectedCost(n, 1))));
        }
        return policies.isEmpty()
                ? Policy.defaults().stream()
                        .filter(policy -> policy.horizon() == Horizon.DAYS_30)
                        .toList()
                : policies;
    }

    private static Policy policy(String name, Policy.Criterion criterion) {
        return new Policy(name, Horizon.DAYS_30, criterion, Policy.Action.ALERT);
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
