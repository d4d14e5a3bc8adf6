package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.appliance.api.Traces;
import io.capstan.scsi.flight.FlightLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Shows what a flight recorder has: once, or on and on as commands are executed. */
final class TraceOutput {

    private static final long POLL_MILLIS = 500;
    private static final int LAST_MAX = 1 << 20;

    /** What the verbs that trace have in common. */
    static final class Options {

        @Option(
                names = "--last",
                paramLabel = "N",
                defaultValue = "100",
                description = "The last N commands (default: 100).")
        private int last = 100;

        @Option(names = "--follow", description = "Go on as commands are executed, until stopped.")
        private boolean follow;
    }

    /** Where a trace is asked for. */
    interface Source {

        /** The document with the last {@code limit} commands behind a sequence number. */
        JsonNode after(long sequence, int limit);
    }

    private final CapstanCli cli;

    TraceOutput(CapstanCli cli) {
        this.cli = cli;
    }

    /** A daemon's trace. */
    Source daemon(String path) {
        return (sequence, limit) -> cli.api().get(path + "?after=" + sequence + "&limit=" + limit);
    }

    /** A recorder's file, of a daemon that is there or is not. */
    Source file(Path file) {
        return (sequence, limit) -> {
            try {
                return cli.mapper().readTree(Traces.json(FlightLog.open(file), sequence, limit));
            } catch (IOException e) {
                throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
            }
        };
    }

    void show(Source source, Options options) {
        JsonNode document = source.after(0, Math.clamp(options.last, 1, LAST_MAX));
        if (!options.follow) {
            cli.output().print(document, trace -> table(commands(trace)));
            return;
        }
        long sequence = 0;
        while (!Thread.currentThread().isInterrupted()) {
            for (JsonNode command : commands(document)) {
                cli.output().printLine(command, TraceOutput::line);
                sequence = command.path("sequence").asLong();
            }
            pause();
            document = source.after(sequence, LAST_MAX);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<JsonNode> commands(JsonNode document) {
        List<JsonNode> commands = new ArrayList<>();
        document.path("commands").forEach(commands::add);
        return commands;
    }

    private static Table table(List<JsonNode> commands) {
        Table table =
                new Table(
                        "NUMBER",
                        "ENDED",
                        "MICROSECONDS",
                        "COMMAND",
                        "CDB",
                        "OUT",
                        "IN",
                        "OUTCOME",
                        "OBJECT",
                        "INITIATOR");
        for (JsonNode command : commands) {
            table.add(
                    Output.text(command, "sequence"),
                    Output.text(command, "ended"),
                    command.path("durationNanos").asLong() / 1000,
                    Output.text(command, "command"),
                    Output.text(command, "cdb"),
                    Output.text(command, "dataOutBytes"),
                    Output.text(command, "dataInBytes"),
                    outcome(command),
                    Output.text(command, "object"),
                    Output.text(command, "initiator"));
        }
        return table;
    }

    private static String line(JsonNode command) {
        return "%s %s %s [%s] %s%n"
                .formatted(
                        Output.text(command, "sequence"),
                        Output.text(command, "ended"),
                        Output.text(command, "command"),
                        Output.text(command, "cdb"),
                        outcome(command));
    }

    /** The outcome, and what sense says beyond its code. */
    private static String outcome(JsonNode command) {
        StringBuilder text = new StringBuilder(Output.text(command, "outcome"));
        for (String flag : List.of("deferred", "filemark", "endOfMedium", "incorrectLength")) {
            if (command.path(flag).asBoolean()) {
                text.append(' ').append(flag);
            }
        }
        if (command.has("information")) {
            text.append(" information ").append(Output.text(command, "information"));
        }
        return text.toString();
    }
}
