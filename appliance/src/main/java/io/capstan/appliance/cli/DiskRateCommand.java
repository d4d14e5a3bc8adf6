package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code capstan disk rate ...}. */
@Command(
        name = "rate",
        description =
                "Says how often disks fail of which so much is known: given this model, given this room.",
        mixinStandardHelpOptions = true)
final class DiskRateCommand implements Runnable {

    private static final List<String> KEYS =
            List.of(
                    "class",
                    "maker",
                    "model",
                    "age",
                    "firmware",
                    "room",
                    "enclosure",
                    "slot",
                    "usage");

    @ParentCommand private @Nullable DiskCommands parent;

    @Parameters(
            paramLabel = "KEY=VALUE",
            arity = "0..*",
            description = {
                "As model=ST4000DM000 room=A; nothing for all disks.",
                "Keys: class, maker, model, age (years), firmware, room, enclosure, slot,"
                        + " usage (always-on, restarted, switched)."
            })
    private Map<String, String> given = Map.of();

    @Override
    public void run() {
        DiskCommands disk = Objects.requireNonNull(parent);
        for (String key : given.keySet()) {
            if (!KEYS.contains(key)) {
                throw new CommandLine.ParameterException(
                        disk.line(), "'%s' is not one of %s".formatted(key, KEYS));
            }
        }
        String query =
                given.entrySet().stream()
                        .map(one -> one.getKey() + "=" + ApiClient.encode(one.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
        disk.output().print(disk.api().get("/v1/disk-rate" + query), DiskRateCommand::table);
    }

    private static Table table(JsonNode document) {
        Table table = new Table("BY", "DISKS", "FAILED", "EXPECTED", "A YEAR", "90 % BETWEEN");
        boolean isRate = true;
        for (JsonNode part : document.path("parts")) {
            table.add(
                    Output.text(part, "factor"),
                    String.join(", ", StatusCommand.strings(part.path("path"))),
                    DiskCommands.number(Math.rint(part.path("failures").asDouble())),
                    isRate ? "" : DiskCommands.number(part.path("expected").asDouble()),
                    value(part, "value", isRate),
                    value(part, "low", isRate) + " and " + value(part, "high", isRate));
            isRate = false;
        }
        table.add(
                "all of it",
                "",
                "",
                "",
                DiskCommands.percent(document.path("failuresPerYear").asDouble()),
                value(document, "low", true) + " and " + value(document, "high", true));
        return table;
    }

    private static String value(JsonNode part, String field, boolean isRate) {
        double value = part.path(field).asDouble();
        return isRate ? DiskCommands.percent(value) : "x " + DiskCommands.number(value);
    }
}
