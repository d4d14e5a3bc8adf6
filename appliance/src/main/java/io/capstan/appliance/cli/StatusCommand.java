package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code capstan status}. */
@Command(
        name = "status",
        description = "Shows what the node is and how it is.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {

    @ParentCommand private @Nullable CapstanCli parent;

    @Override
    public void run() {
        CapstanCli cli = Objects.requireNonNull(parent);
        cli.output().print(cli.api().get("/v1/status"), StatusCommand::text);
    }

    private static String text(JsonNode status) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "node",
                "%s, version %s, up since %s"
                        .formatted(
                                Output.text(status, "nodeId"),
                                Output.text(status, "version"),
                                Output.text(status, "started")));
        line(text, "data", Output.text(status, "dataDirectory"));
        for (JsonNode directory : status.path("storage").path("directories")) {
            line(text, "store", directory.asText());
        }
        line(text, "free", Output.size(status.path("storage"), "freeBytes"));
        for (JsonNode library : status.path("libraries")) {
            line(
                    text,
                    "library",
                    "%s: %s, %s, %s storage and %s import/export elements, %s"
                            .formatted(
                                    Output.text(library, "name"),
                                    Output.text(library, "personality"),
                                    count(library.path("driveCount").asInt(), "drive"),
                                    Output.text(library, "storageCount"),
                                    Output.text(library, "importExportCount"),
                                    count(library.path("cartridgeCount").asInt(), "cartridge")));
        }
        line(text, "cartridges", Output.text(status.path("cartridges"), "present"));
        line(text, "kernel", Output.text(status, "kernelDevices"));
        for (JsonNode device : status.path("devices")) {
            line(
                    text,
                    "device",
                    "%s: %s%s"
                            .formatted(
                                    Output.text(device, "unit"),
                                    String.join(" ", strings(device.path("nodes"))),
                                    device.path("serving").asBoolean() ? "" : " (not served)"));
        }
        for (JsonNode finding : status.path("findings")) {
            line(text, "recovery", finding.asText());
        }
        return text.toString();
    }

    static java.util.List<String> strings(JsonNode array) {
        java.util.List<String> strings = new java.util.ArrayList<>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }

    private static String count(int number, String what) {
        return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("%-11s %s%n".formatted(key, value));
    }
}
