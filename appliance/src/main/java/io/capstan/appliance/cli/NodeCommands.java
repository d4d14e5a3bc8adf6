package io.capstan.appliance.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code capstan node ...}. */
@Command(name = "node", description = "The daemon itself.")
final class NodeCommands extends Noun {

    @Command(description = "Stops the daemon in order.")
    void stop(
            @Option(
                            names = "--keep-devices",
                            description =
                                    "Leave kernel devices, with commands held back, for a daemon that starts soon: a planned "
                                            + "restart.")
                    boolean keepDevices) {
        output().print(
                        api().send("POST", "/v1/node/stop", Map.of("keepDevices", keepDevices)),
                        answer -> "");
    }

    @Command(description = "Shows what operators did, newest first.")
    void audit(
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "Most entries to show (default: ${DEFAULT-VALUE}).")
                    int limit) {
        output().print(
                        api().get("/v1/audit?limit=" + limit),
                        audit -> {
                            Table table = new Table("TIME", "WHO", "WHAT", "OUTCOME");
                            audit.path("entries")
                                    .forEach(entry ->
                                            table.add(
                                                    Output.text(entry, "time"),
                                                    Output.text(entry, "who"),
                                                    Output.text(entry, "what"),
                                                    Output.text(entry, "outcome")));
                            return table;
                        });
    }
}
