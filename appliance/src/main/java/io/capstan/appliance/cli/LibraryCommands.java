package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan library ...}. */
@Command(name = "library", description = "Libraries, and what is in their elements.")
final class LibraryCommands extends Noun {

    @Command(description = "Lists the libraries.")
    void list() {
        output().print(api().get("/v1/libraries"), LibraryCommands::listText);
    }

    private static Table listText(JsonNode document) {
        Table table =
                new Table(
                        "NAME",
                        "PERSONALITY",
                        "SERIAL",
                        "DRIVES",
                        "STORAGE",
                        "IMPORT/EXPORT",
                        "CARTRIDGES");
        document.path("libraries")
                .forEach(library ->
                        table.add(
                                Output.text(library, "name"),
                                Output.text(library, "personality"),
                                Output.text(library, "serialNumber"),
                                Output.text(library, "driveCount"),
                                Output.text(library, "storageCount"),
                                Output.text(library, "importExportCount"),
                                Output.text(library, "cartridgeCount")));
        return table;
    }

    @Command(description = "Shows the elements of a library.")
    void show(
            @Parameters(paramLabel = "LIBRARY", description = "Its name.") String library,
            @Option(names = "--full", description = "Only elements with a cartridge.")
                    boolean fullOnly) {
        output().print(
                        api().get(ApiClient.path("/v1/libraries/%s", library)),
                        document -> showText(document, fullOnly));
    }

    private static Table showText(JsonNode document, boolean fullOnly) {
        Table table = new Table("ELEMENT", "TYPE", "CARTRIDGE", "SOURCE", "DRIVE", "LEADS TO", "");
        for (JsonNode element : document.path("elements")) {
            if (!fullOnly || element.path("full").asBoolean()) {
                table.add(
                        Output.text(element, "address"),
                        Output.text(element, "type"),
                        Output.text(element, "barcode"),
                        Output.text(element, "source"),
                        Output.text(element, "drive"),
                        Output.text(element, "leadsTo"),
                        Output.text(element, "exception"));
            }
        }
        return table;
    }

    @Command(
            description =
                    "Shows the last commands of a library's changer and their outcomes, from its flight recorder.")
    void trace(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Mixin TraceOutput.Options options) {
        TraceOutput traces = new TraceOutput(cli());
        traces.show(traces.daemon(ApiClient.path("/v1/libraries/%s/trace", library)), options);
    }

    @Command(description = "Moves a cartridge from one element to another.")
    void move(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Parameters(paramLabel = "FROM", description = "Element address.") int source,
            @Parameters(paramLabel = "TO", description = "Element address.") int destination) {
        change(library, "move", Map.of("source", source, "destination", destination));
    }

    @Command(
            name = "import",
            description = "Brings a cartridge from the shelf into an import/export element.")
    void importCartridge(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(names = "--element", paramLabel = "ADDRESS", description = "Into this element.")
                    @Nullable Integer element,
            @Option(names = "--storage", description = "Into the first empty storage element.")
                    boolean storage) {
        Map<String, Object> request = new HashMap<>();
        request.put("barcode", barcode);
        if (element != null) {
            request.put("element", element);
        } else if (storage) {
            request.put("elementType", "storage");
        }
        change(library, "import", request);
    }

    @Command(
            name = "export",
            description = "Takes a cartridge out of the library and puts it on the shelf.")
    void exportCartridge(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(names = "--force", description = "Overrule hosts that prevent medium removal.")
                    boolean force) {
        change(library, "export", Map.of("barcode", barcode, "force", force));
    }

    @Command(
            description =
                    "Opens and closes the import/export station: cartridges that were moved into elements "
                            + "which lead to other libraries go there.")
    void eject(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library) {
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path("/v1/libraries/%s/eject", library),
                                        Map.of()),
                        document -> "done%n".formatted());
    }

    @Command(
            description = {
                "Changes how many storage and import/export elements a library has, while it runs.",
                "Elements come and go at the end, and must be empty to go."
            })
    void resize(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Option(names = "--storage", paramLabel = "N", description = "Storage elements.")
                    @Nullable Integer storage,
            @Option(
                            names = "--import-export",
                            paramLabel = "N",
                            description = "Import/export elements.")
                    @Nullable Integer importExport) {
        Map<String, Object> request = new HashMap<>();
        if (storage != null) {
            request.put("storageElements", storage);
        }
        if (importExport != null) {
            request.put("importExportElements", importExport);
        }
        output().print(
                        api().send(
                                        "PUT",
                                        ApiClient.path("/v1/libraries/%s/elements", library),
                                        request),
                        LibraryCommands::elements);
    }

    @Command(name = "add-drive", description = "Adds a drive behind the last one, while it runs.")
    void addDrive(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Option(
                            names = "--personality",
                            paramLabel = "NAME",
                            description = "The drive it looks like; else like the last one.")
                    @Nullable String personality,
            @Option(names = "--serial", paramLabel = "SERIAL", description = "Its serial number.")
                    @Nullable String serialNumber) {
        Map<String, Object> request = new HashMap<>();
        if (personality != null) {
            request.put("personality", personality);
        }
        if (serialNumber != null) {
            request.put("serialNumber", serialNumber);
        }
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path("/v1/libraries/%s/drives", library),
                                        request),
                        LibraryCommands::elements);
    }

    @Command(
            name = "remove-drive",
            description = "Removes the last drive, which must be empty, while the library runs.")
    void removeDrive(
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Parameters(paramLabel = "NUMBER", description = "That of the last drive.")
                    int number) {
        output().print(
                        api().send(
                                        "DELETE",
                                        ApiClient.path(
                                                "/v1/libraries/%s/drives/%s",
                                                library, Integer.toString(number)),
                                        Map.of()),
                        LibraryCommands::elements);
    }

    private static String elements(JsonNode library) {
        return "%s has %s drives, %s storage and %s import/export elements%n"
                .formatted(
                        Output.text(library, "name"),
                        Output.text(library, "driveCount"),
                        Output.text(library, "storageCount"),
                        Output.text(library, "importExportCount"));
    }

    private void change(String library, String verb, Map<String, ?> request) {
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path("/v1/libraries/%s/" + verb, library),
                                        request),
                        LibraryCommands::place);
    }

    /** Where a cartridge is now, in words. */
    static String place(JsonNode place) {
        String barcode = Output.text(place, "barcode");
        if (place.has("job")) {
            return "%s is in transit: job %s%n".formatted(barcode, Output.text(place, "job"));
        }
        return place.has("library")
                ? "%s is in element %s of %s%n"
                        .formatted(
                                barcode,
                                Output.text(place, "element"),
                                Output.text(place, "library"))
                : "%s is on the shelf%n".formatted(barcode);
    }
}
