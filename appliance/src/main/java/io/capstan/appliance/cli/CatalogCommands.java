package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.appliance.node.StartException;
import io.capstan.appliance.node.Storage;
import io.capstan.catalog.CatalogException;
import io.capstan.store.StoreException;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code capstan catalog ...}. */
@Command(name = "catalog", description = "The index of everything the node keeps.")
final class CatalogCommands extends Noun {

    @Command(
            description = {
                "Looks for damage in the catalog, and compares it with chunk and label files.",
                "Asks the daemon; with --config or --data-dir, or where no daemon runs, reads the files "
                        + "of a stopped node."
            })
    int check(@Mixin StoppedNode node) {
        JsonNode document = node.isNamed() ? checkStopped(node) : checkRunning(node);
        output().print(document, CatalogCommands::checkText);
        return Findings.exitStatus(document);
    }

    private JsonNode checkRunning(StoppedNode node) {
        try {
            return api().get("/v1/catalog/check");
        } catch (CliException e) {
            if (e.exitStatus() == ExitStatus.NO_DAEMON && node.isKnown()) {
                return checkStopped(node);
            }
            throw e;
        }
    }

    private JsonNode checkStopped(StoppedNode node) {
        try {
            ObjectNode document = cli().mapper().createObjectNode();
            Findings.add(document, Storage.check(node.plan()));
            return document;
        } catch (StartException | StoreException | CatalogException e) {
            throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static String checkText(JsonNode document) {
        return Findings.isEmpty(document) ? "the catalog is in order\n" : Findings.text(document);
    }

    @Command(description = "Shows how full the catalog is.")
    void stats() {
        output().print(api().get("/v1/catalog/statistics"), CatalogCommands::statisticsText);
    }

    private static String statisticsText(JsonNode document) {
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

    @Command(
            description = {
                "Makes the catalog of a stopped node anew from its labels and chunks.",
                "The old one is moved aside. Load counts, the trail of what operators did and the like "
                        + "are not in the chunks and begin anew. With --from-tier what is in tiers alone comes back "
                        + "too, and the data directory may be empty: it becomes that of the node the tier belongs "
                        + "to."
            })
    int rebuild(
            @Mixin StoppedNode node,
            @Option(
                            names = "--from-tier",
                            paramLabel = "TIER",
                            description =
                                    "Looks into a tier of the configuration too; may be given again.")
                    @Nullable List<String> fromTiers) {
        Storage.Rebuilt rebuilt;
        try {
            rebuilt =
                    Storage.rebuild(
                            node.plan(),
                            fromTiers == null ? List.of() : fromTiers,
                            InstantSource.system(),
                            UUID::randomUUID);
        } catch (StartException | StoreException | CatalogException e) {
            throw new CliException(ExitStatus.FAILED, String.valueOf(e.getMessage()));
        }
        ObjectNode document = cli().mapper().createObjectNode();
        document.put("cartridgeCount", rebuilt.report().cartridgeCount());
        document.put("chunkCount", rebuilt.report().chunkCount());
        rebuilt.oldCatalog().ifPresent(path -> document.put("oldCatalog", path.toString()));
        Findings.add(document, rebuilt.report().findings());
        output().print(document, CatalogCommands::rebuiltText);
        return Findings.exitStatus(document);
    }

    private static String rebuiltText(JsonNode document) {
        String old =
                document.has("oldCatalog")
                        ? "the old catalog is in " + Output.text(document, "oldCatalog") + "\n"
                        : "";
        return "%s cartridges and %s chunks taken over%n%s"
                        .formatted(
                                Output.text(document, "cartridgeCount"),
                                Output.text(document, "chunkCount"),
                                old)
                + Findings.text(document);
    }
}
