package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code capstan tier ...}. */
@Command(name = "tier", description = "Places for data besides the node's own disks.")
final class TierCommands extends Noun {

    @Command(description = "Lists the tiers and what is in them.")
    void list() {
        output().print(api().get("/v1/tiers"), TierCommands::listText);
    }

    private static Table listText(JsonNode document) {
        Table table = new Table("TIER", "KIND", "RECALLS", "CHUNKS", "SIZE");
        document.path("tiers")
                .forEach(tier ->
                        table.add(
                                Output.text(tier, "name"),
                                Output.text(tier, "kind"),
                                tier.path("asynchronous").asBoolean() ? "yes" : "no",
                                Output.text(tier, "chunkCount"),
                                Output.size(tier, "bytes")));
        return table;
    }

    @Command(
            description =
                    "Deletes what was left over in a tier, and locks chunks that are not locked as its settings say.")
    void sweep(@Parameters(paramLabel = "TIER", description = "The tier.") String tier) {
        output().print(
                        api().send("POST", ApiClient.path("/v1/tiers/%s/sweep", tier), Map.of()),
                        TierCommands::sweptText);
    }

    private static Table sweptText(JsonNode swept) {
        Table table = new Table("TIER", "DELETED", "SIZE", "UNFINISHED", "STRANGE", "KEPT");
        table.add(
                Output.text(swept, "name"),
                Output.text(swept, "removedObjects"),
                Output.size(swept, "removedBytes"),
                Output.text(swept, "unfinishedObjects"),
                Output.text(swept, "strangeObjects"),
                Output.text(swept, "keptChunks"));
        return table;
    }

    @Command(description = "Lists the chunks that are on their way because drives read them.")
    void recalls() {
        output().print(api().get("/v1/recalls"), TierCommands::recallsText);
    }

    private static Table recallsText(JsonNode document) {
        Table table = new Table("CHUNK", "WANTED BY", "SINCE", "EXPECTED", "ATTEMPTS", "REASON");
        document.path("recalls")
                .forEach(recall ->
                        table.add(
                                Output.text(recall, "chunk"),
                                recall.path("needed").asBoolean() ? "a drive" : "read-ahead",
                                Output.text(recall, "since"),
                                Output.text(recall, "expected"),
                                Output.text(recall, "attempts"),
                                Output.text(recall, "reason")));
        return table;
    }
}
