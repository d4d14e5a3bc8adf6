package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan drive ...}. */
@Command(name = "drive", description = "Drives, and what is in them.")
final class DriveCommands extends Noun {

    @Command(description = "Lists the drives.")
    void list() {
        output().print(api().get("/v1/drives"), DriveCommands::listText);
    }

    private static Table listText(JsonNode document) {
        Table table =
                new Table(
                        "NAME",
                        "ELEMENT",
                        "PERSONALITY",
                        "SERIAL",
                        "STATE",
                        "CARTRIDGE",
                        "OBJECT",
                        "DEVICES");
        document.path("drives")
                .forEach(drive ->
                        table.add(
                                Output.text(drive, "name"),
                                Output.text(drive, "element"),
                                Output.text(drive, "personality"),
                                Output.text(drive, "serialNumber"),
                                Output.text(drive, "state"),
                                Output.text(drive, "barcode"),
                                Output.text(drive.path("position"), "object"),
                                String.join(" ", StatusCommand.strings(drive.path("devices")))));
        return table;
    }

    @Command(description = "Shows a drive: what is in it, where it stands, what it has counted.")
    void show(
            @Parameters(paramLabel = "DRIVE", description = "For example lib0/drive1.")
                    String drive) {
        output().print(api().get(path(drive)), DriveCommands::showText);
    }

    private static String showText(JsonNode drive) {
        StringBuilder text = new StringBuilder();
        drive.properties()
                .forEach(member -> {
                    if (member.getValue().isValueNode()) {
                        line(text, member.getKey(), member.getValue());
                    }
                });
        drive.path("position")
                .properties()
                .forEach(member -> line(text, "position " + member.getKey(), member.getValue()));
        drive.path("lastSense")
                .properties()
                .forEach(member -> line(text, "last sense " + member.getKey(), member.getValue()));
        drive.path("counters")
                .properties()
                .forEach(member -> line(text, member.getKey(), member.getValue()));
        drive.path("devices").forEach(device -> line(text, "device", device));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, JsonNode value) {
        text.append("%-26s %s%n".formatted(key, value.asText()));
    }

    @Command(
            description = {
                "Shows the last commands of a drive and their outcomes, from its flight recorder.",
                "With --file, of a recorder's file (DIR/flight/*.flight), which needs no daemon."
            })
    void trace(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DRIVE",
                            description = "For example lib0/drive1.")
                    @Nullable String drive,
            @Option(names = "--file", paramLabel = "FILE", description = "A recorder's file.")
                    @Nullable Path file,
            @Mixin TraceOutput.Options options) {
        TraceOutput traces = new TraceOutput(cli());
        if ((drive == null) == (file == null)) {
            throw new CommandLine.ParameterException(
                    commandLine(), "trace takes a DRIVE or a --file");
        }
        traces.show(
                drive != null
                        ? traces.daemon(path(drive) + "/trace")
                        : traces.file(Objects.requireNonNull(file)),
                options);
    }

    @Command(description = "Moves a cartridge of the same library into a drive.")
    void load(
            @Parameters(paramLabel = "DRIVE", description = "For example lib0/drive1.")
                    String drive,
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        output().print(
                        api().send("POST", path(drive) + "/load", Map.of("barcode", barcode)),
                        LibraryCommands::place);
    }

    @Command(description = "Moves the cartridge in a drive back to where it came from.")
    void unload(
            @Parameters(paramLabel = "DRIVE", description = "For example lib0/drive1.")
                    String drive,
            @Option(names = "--element", paramLabel = "ADDRESS", description = "To this element.")
                    @Nullable Integer element,
            @Option(names = "--force", description = "Overrule hosts that prevent medium removal.")
                    boolean force) {
        Map<String, Object> request = new HashMap<>();
        request.put("force", force);
        if (element != null) {
            request.put("element", element);
        }
        output().print(
                        api().send("POST", path(drive) + "/unload", request),
                        LibraryCommands::place);
    }

    /** The API's path of a drive that is named {@code LIBRARY/driveN}. */
    private String path(String drive) {
        if (!drive.matches("[^/]+/drive\\d+")) {
            throw new CommandLine.ParameterException(
                    commandLine(), "a drive is named LIBRARY/driveN, not '" + drive + "'");
        }
        int slash = drive.indexOf('/');
        return ApiClient.path(
                "/v1/drives/%s/%s",
                drive.substring(0, slash), drive.substring(slash + 1 + "drive".length()));
    }
}
