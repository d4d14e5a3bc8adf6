package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan store ...}. */
@Command(name = "store", description = "The disks that data is on, and how it is kept whole.")
final class StoreCommands extends Noun {

    @Command(description = "Lists the disks, or changes what is wanted of one.")
    void disk(
            @Parameters(
                            paramLabel = "VERB",
                            description =
                                    "list, close, evacuate, deactivate, reactivate or replace.")
                    String verb,
            @Parameters(arity = "0..1", paramLabel = "DISK", description = "Its id, as listed.")
                    @Nullable String disk,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DIRECTORY",
                            description = "Of the disk that takes its place, for replace.")
                    @Nullable String directory,
            @Option(
                            names = "--bytes-per-second",
                            description = "Bound of what is read, for evacuate.")
                    @Nullable Long bytesPerSecond) {
        if (verb.equals("list")) {
            output().print(api().get("/v1/store/disks"), StoreCommands::disksText);
            return;
        }
        boolean isKnown = verb.matches("close|evacuate|deactivate|reactivate|replace");
        if (!isKnown || disk == null || verb.equals("replace") != (directory != null)) {
            throw new CommandLine.ParameterException(
                    commandLine(),
                    "list, or DISK with close, evacuate, deactivate or reactivate, or replace DISK DIRECTORY");
        }
        Map<String, Object> request = new HashMap<>();
        if (directory != null) {
            request.put("directory", directory);
        }
        if (bytesPerSecond != null) {
            request.put("bytesPerSecond", bytesPerSecond);
        }
        String path = "/v1/store/disks/" + Objects.requireNonNull(disk) + "/" + verb;
        output().print(api().send("POST", path, request), StoreCommands::disksText);
    }

    private static Table disksText(JsonNode document) {
        Table table =
                new Table(
                        "DISK",
                        "DIRECTORY",
                        "DEVICE",
                        "POOL",
                        "STATE",
                        "CONDITION",
                        "CHUNKS",
                        "TO MOVE",
                        "FREE",
                        "SIZE",
                        "FAULT");
        document.path("disks")
                .forEach(disk ->
                        table.add(
                                Output.text(disk, "disk"),
                                Output.text(disk, "directory"),
                                Output.text(disk, "device"),
                                Output.text(disk, "pool"),
                                Output.text(disk, "state"),
                                Output.text(disk, "condition"),
                                Output.text(disk, "chunkCount"),
                                Output.text(disk, "remainingChunks"),
                                Output.size(disk, "freeBytes"),
                                Output.size(disk, "sizeBytes"),
                                Output.text(disk, "fault") + Output.text(disk, "obstacle")));
        return table;
    }

    @Command(description = "Verifies all chunks in the background: start, status or pause.")
    void scrub(
            @Parameters(paramLabel = "VERB", description = "start, status or pause.") String verb) {
        switch (verb) {
            case "status" -> output().print(api().get("/v1/store/scrub"), StoreCommands::scrubText);
            case "start", "pause" ->
                    output().print(
                                    api().send("POST", "/v1/store/scrub/" + verb, Map.of()),
                                    StoreCommands::scrubText);
            default ->
                    throw new CommandLine.ParameterException(
                            commandLine(), "one of start, status and pause, not '" + verb + "'");
        }
    }

    private static String scrubText(JsonNode scrub) {
        return "%s; %s copies, %s verified, %s bad; began %s, last finished %s%n"
                .formatted(
                        Output.text(scrub, "state"),
                        Output.text(scrub, "copies"),
                        Output.size(scrub, "bytes"),
                        Output.text(scrub, "bad"),
                        orNever(Output.text(scrub, "started")),
                        orNever(Output.text(scrub, "finished")));
    }

    private static String orNever(String time) {
        return time.isEmpty() ? "never" : time;
    }
}
