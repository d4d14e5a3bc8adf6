package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** {@code capstan catalog ...}. */
@Command(name = "catalog", description = "The index of everything the node keeps.")
final class CatalogCommands extends Noun {

    @Command(description = "Looks for damage in the catalog and for chunk files that are missing.")
    int check() {
        JsonNode document = api().get("/v1/catalog/check");
        output().print(document, CatalogCommands::findings);
        return document.path("findings").isEmpty() ? ExitStatus.DONE : ExitStatus.FINDINGS;
    }

    private static String findings(JsonNode document) {
        if (document.path("findings").isEmpty()) {
            return "the catalog is in order\n";
        }
        StringBuilder text = new StringBuilder();
        document.path("findings")
                .forEach(finding ->
                        text.append(Output.text(finding, "kind"))
                                .append(": ")
                                .append(Output.text(finding, "text"))
                                .append('\n'));
        return text.toString();
    }

    @Command(description = "Shows how full the catalog is.")
    void stats() {
        output().print(api().get("/v1/catalog/statistics"), CatalogCommands::statistics);
    }

    private static String statistics(JsonNode document) {
        Table table = new Table("DATABASE", "ENTRIES");
        document.path("entries")
                .properties()
                .forEach(member -> table.add(member.getKey(), member.getValue().asText()));
        return "schema version %s, %s used of %s reserved%n%n"
                        .formatted(
                                Output.text(document, "schemaVersion"),
                                Output.size(document, "usedBytes"),
                                Output.size(document, "mapSizeBytes"))
                + table;
    }
}
