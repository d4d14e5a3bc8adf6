package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan cartridge ...}. */
@Command(name = "cartridge", description = "Cartridges, wherever they are.")
final class CartridgeCommands extends Noun {

    @Command(
            description =
                    "Sends a cartridge to a storage element of another library that its own is linked with, "
                            + "data and all.")
    void transfer(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Parameters(paramLabel = "LIBRARY", description = "Where it is to go.")
                    String library) {
        begin(barcode, "transfer", Map.of("library", library), barcode + " is in transit");
    }

    @Command(
            description =
                    "Offers a cartridge whose data is in a tier to the drives of a library at once, to be "
                            + "read: only what is read of it comes.")
    void lend(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Parameters(paramLabel = "LIBRARY", description = "A library with drives.")
                    String library) {
        begin(
                barcode,
                "lend",
                Map.of("library", library),
                "%s goes to a storage element of %s".formatted(barcode, library));
    }

    @Command(
            description = {
                "Brings all data of a cartridge to the node's own disks and leaves the cartridge where it "
                        + "is.",
                "One that is in a drive can be written once it is loaded again."
            })
    void recall(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        begin(barcode, "recall", Map.of(), "the data of %s comes".formatted(barcode));
    }

    /** Has a job do something with a cartridge. */
    private void begin(String barcode, String what, Map<String, String> request, String saying) {
        output().print(
                        api().send("POST", path(barcode) + "/" + what, request),
                        begun -> "%s: job %s%n".formatted(saying, Output.text(begun, "job")));
    }

    @Command(
            description =
                    "Says what bringing a cartridge's data back would move, take and cost: all of it, or what "
                            + "some objects need.")
    void estimate(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(
                            names = "--partition",
                            paramLabel = "N",
                            description = "Partition of the objects (default: 0).")
                    @Nullable Integer partition,
            @Option(
                            names = "--from",
                            paramLabel = "OBJECT",
                            description = "The first object, as 'mt tell' says it.")
                    @Nullable Long from,
            @Option(names = "--to", paramLabel = "OBJECT", description = "The last object.")
                    @Nullable Long to) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        if (partition != null) {
            query.add("partition=" + partition);
        }
        if (from != null) {
            query.add("from=" + from);
        }
        if (to != null) {
            query.add("to=" + to);
        }
        output().print(
                        api().get(ApiClient.path("/v1/cartridges/%s/estimate", barcode) + query),
                        CartridgeCommands::estimateText);
    }

    private static String estimateText(JsonNode estimate) {
        Table table = new Table("FROM", "CHUNKS", "BYTES", "SECONDS", "COST");
        for (JsonNode part : estimate.path("parts")) {
            table.add(
                    Output.text(part, "tier"),
                    Output.text(part, "chunks"),
                    Output.size(part, "bytes"),
                    Output.text(part, "seconds"),
                    cost(part, estimate));
        }
        table.add(
                "all",
                Output.text(estimate, "chunksToBring"),
                Output.size(estimate, "bytesToBring"),
                Output.text(estimate, "seconds"),
                cost(estimate, estimate));
        String lost = Output.text(estimate, "lostChunks");
        return "%s: %s of %s chunks are here, %s of %s%n%s%s"
                .formatted(
                        Output.text(estimate, "barcode"),
                        Output.text(estimate, "hereChunks"),
                        Output.text(estimate, "chunks"),
                        Output.size(estimate, "hereBytes"),
                        Output.size(estimate, "bytes"),
                        lost.equals("0")
                                ? ""
                                : lost + " chunks are nowhere: what is in them is lost\n",
                        table);
    }

    private static String cost(JsonNode of, JsonNode estimate) {
        return String.format(
                Locale.ROOT,
                "%.4f %s",
                of.path("cost").asDouble(),
                Output.text(estimate, "currency"));
    }

    @Command(description = "Lists cartridges.")
    void list(
            @Option(
                            names = "--prefix",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "Only those whose barcodes begin with it.")
                    String prefix,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "Most to list (default: all).")
                    @Nullable Integer limit,
            @Option(
                            names = "--destroyed",
                            description = "Those that are no more, whose barcodes are still known.")
                    boolean destroyed) {
        int wanted = limit == null ? Integer.MAX_VALUE : limit;
        ObjectNode all = cli().mapper().createObjectNode();
        ArrayNode cartridges = all.putArray("cartridges");
        String after = "";
        do {
            JsonNode page =
                    api().get(
                                    "/v1/cartridges?limit=%d&prefix=%s&state=%s%s"
                                            .formatted(
                                                    Math.clamp(wanted - cartridges.size(), 1, 1000),
                                                    ApiClient.encode(prefix),
                                                    destroyed ? "destroyed" : "present",
                                                    after.isEmpty()
                                                            ? ""
                                                            : "&after=" + ApiClient.encode(after)));
            page.path("cartridges").forEach(cartridges::add);
            after = Output.text(page, "next");
        } while (!after.isEmpty() && cartridges.size() < wanted);
        output().print(
                        all,
                        destroyed ? CartridgeCommands::destroyedText : CartridgeCommands::listText);
    }

    private static Table destroyedText(JsonNode document) {
        Table table = new Table("BARCODE", "TYPE", "CREATED", "DESTROYED", "KNOWN UNTIL");
        document.path("cartridges")
                .forEach(cartridge ->
                        table.add(
                                Output.text(cartridge, "barcode"),
                                Output.text(cartridge, "type"),
                                Output.text(cartridge, "created"),
                                Output.text(cartridge, "destroyed"),
                                cartridge.has("knownUntil")
                                        ? Output.text(cartridge, "knownUntil")
                                        : "for ever"));
        return table;
    }

    private static Table listText(JsonNode document) {
        Table table =
                new Table("BARCODE", "TYPE", "CAPACITY", "USED", "FLAGS", "LIBRARY", "ELEMENT");
        document.path("cartridges")
                .forEach(cartridge ->
                        table.add(
                                Output.text(cartridge, "barcode"),
                                Output.text(cartridge, "type"),
                                Output.size(cartridge, "capacityBytes"),
                                Output.size(cartridge, "usedBytes"),
                                flags(cartridge),
                                Output.text(cartridge, "library"),
                                Output.text(cartridge, "element")));
        return table;
    }

    private static String flags(JsonNode cartridge) {
        return (cartridge.path("worm").asBoolean() ? "worm " : "")
                + (cartridge.path("writeProtected").asBoolean() ? "protected " : "")
                + (isLocked(cartridge) ? "locked " : "")
                + (cartridge.path("mounted").asBoolean() ? "mounted" : "");
    }

    private static boolean isLocked(JsonNode cartridge) {
        return cartridge.has("lockedUntil")
                && Instant.parse(Output.text(cartridge, "lockedUntil")).isAfter(Instant.now());
    }

    @Command(description = "Shows a cartridge, its partitions and its memory.")
    void show(@Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        output().print(api().get(path(barcode)), CartridgeCommands::showText);
    }

    private static String showText(JsonNode cartridge) {
        StringBuilder text = new StringBuilder();
        cartridge
                .properties()
                .forEach(member -> {
                    if (member.getValue().isValueNode()) {
                        text.append(
                                "%-15s %s%n"
                                        .formatted(member.getKey(), member.getValue().asText()));
                    }
                });
        Table partitions = new Table("PARTITION", "CAPACITY", "USED", "OBJECTS", "FILEMARKS");
        int number = 0;
        for (JsonNode partition : cartridge.path("partitions")) {
            partitions.add(
                    number++,
                    Output.size(partition, "capacityBytes"),
                    Output.size(partition, "usedBytes"),
                    Output.text(partition, "objectCount"),
                    Output.text(partition, "filemarkCount"));
        }
        if (!cartridge.path("partitions").isEmpty()) {
            text.append('\n').append(partitions);
        }
        Table attributes = new Table("ATTRIBUTE", "PARTITION", "FORMAT", "VALUE");
        cartridge
                .path("attributes")
                .forEach(attribute ->
                        attributes.add(
                                Output.text(attribute, "id"),
                                Output.text(attribute, "partition"),
                                Output.text(attribute, "format"),
                                attribute.has("text")
                                        ? "'" + Output.text(attribute, "text") + "'"
                                        : Output.text(attribute, "value")));
        if (!cartridge.path("attributes").isEmpty()) {
            text.append('\n').append(attributes);
        }
        return text.toString();
    }

    @Command(description = "Makes one cartridge of a barcode, or some of a prefix.")
    void create(
            @Parameters(
                            paramLabel = "BARCODE",
                            arity = "0..1",
                            description = "Barcode of the one to make.")
                    @Nullable String barcode,
            @Option(
                            names = "--prefix",
                            paramLabel = "TEXT",
                            description = "What the barcodes begin with; numbers follow.")
                    @Nullable String prefix,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            description = "How many of the prefix (default: 1).")
                    @Nullable Integer count,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            description =
                                    "For example LTO-8 (default: what the barcode or the drives say).")
                    @Nullable String type,
            @Option(
                            names = "--capacity",
                            paramLabel = "SIZE",
                            description = "For example 500M or 2G (default: that of the type).")
                    @Nullable String capacity,
            @Option(names = "--worm", description = "Write once, read many.") boolean worm,
            @Option(
                            names = "--library",
                            paramLabel = "LIBRARY",
                            description = "Put it into this library (default: on the shelf).")
                    @Nullable String library,
            @Option(names = "--element", paramLabel = "ADDRESS", description = "Into this element.")
                    @Nullable Integer element,
            @Option(
                            names = "--import-export",
                            description = "Into the first empty import/export element.")
                    boolean importExport,
            @Option(
                            names = "--pool",
                            paramLabel = "POOL",
                            description = "Where its data goes (default: the default pool).")
                    @Nullable String pool,
            @Option(
                            names = "--keep-days",
                            paramLabel = "N",
                            description =
                                    "How long what is overwritten or erased is kept (default: as pool or node say).")
                    @Nullable Integer keepDays,
            @Option(
                            names = "--lock-days",
                            paramLabel = "N",
                            description = "How long nothing on it is overwritten or erased.")
                    @Nullable Integer lockDays,
            @Option(
                            names = "--token",
                            paramLabel = "TOKEN",
                            description = "Asked again with the same token, nothing is made twice.")
                    @Nullable String token) {
        Map<String, Object> request = new HashMap<>();
        put(request, "barcode", barcode);
        put(request, "prefix", prefix);
        put(request, "count", count);
        put(request, "type", type);
        put(request, "capacityBytes", capacity == null ? null : bytes(capacity));
        put(request, "worm", worm ? true : null);
        put(request, "library", library);
        put(request, "element", element);
        put(request, "elementType", importExport ? "import-export" : null);
        put(request, "pool", pool);
        put(request, "keepGenerationsDays", keepDays);
        put(request, "lockDays", lockDays);
        put(request, "clientToken", token);
        output().print(
                        api().send("POST", "/v1/cartridges", request),
                        created -> {
                            StringBuilder text = new StringBuilder();
                            created.path("cartridges")
                                    .forEach(place -> text.append(LibraryCommands.place(place)));
                            return text;
                        });
    }

    private static void put(Map<String, Object> request, String name, @Nullable Object value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    private long bytes(String size) {
        if (!size.matches("[1-9][0-9]{0,12}[KMGT]?")) {
            throw new CommandLine.ParameterException(
                    commandLine(),
                    "a size is a number with K, M, G or T behind it, not '" + size + "'");
        }
        int last = "KMGT".indexOf(size.charAt(size.length() - 1));
        return last < 0
                ? Long.parseLong(size)
                : Long.parseLong(size.substring(0, size.length() - 1)) << (10 * (last + 1));
    }

    @Command(name = "import", description = "Brings a cartridge from the shelf into a library.")
    void importCartridge(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Parameters(paramLabel = "LIBRARY", description = "Name of the library.")
                    String library,
            @Option(names = "--element", paramLabel = "ADDRESS", description = "Into this element.")
                    @Nullable Integer element,
            @Option(names = "--storage", description = "Into the first empty storage element.")
                    boolean storage) {
        Map<String, Object> request = new HashMap<>();
        put(request, "barcode", barcode);
        put(request, "element", element);
        put(request, "elementType", storage && element == null ? "storage" : null);
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path("/v1/libraries/%s/import", library),
                                        request),
                        LibraryCommands::place);
    }

    @Command(
            name = "export",
            description = "Takes a cartridge out of its library and puts it on the shelf.")
    void exportCartridge(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(names = "--force", description = "Overrule hosts that prevent medium removal.")
                    boolean force) {
        JsonNode cartridge = api().get(path(barcode));
        if (!cartridge.has("library")) {
            throw new CliException(
                    ExitStatus.FAILED, "cartridge " + barcode + " is on the shelf already");
        }
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path(
                                                "/v1/libraries/%s/export",
                                                Output.text(cartridge, "library")),
                                        Map.of("barcode", barcode, "force", force)),
                        LibraryCommands::place);
    }

    @Command(description = "Lists what is kept of what was on a cartridge before.")
    void generations(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        output().print(
                        api().get(path(barcode) + "/generations"),
                        CartridgeCommands::generationsText);
    }

    private static Table generationsText(JsonNode document) {
        Table table =
                new Table("GENERATION", "ENDED", "EXPIRES", "USED", "OBJECTS", "FILES", "SHOWN AS");
        for (JsonNode generation : document.path("generations")) {
            long objects = 0;
            long filemarks = 0;
            for (JsonNode partition : generation.path("partitions")) {
                objects += partition.path("objectCount").asLong();
                filemarks += partition.path("filemarkCount").asLong();
            }
            StringJoiner shownAs = new StringJoiner(" ");
            generation.path("shownAs").forEach(as -> shownAs.add(as.asText()));
            table.add(
                    Output.text(generation, "generation"),
                    Output.text(generation, "ended"),
                    Output.text(generation, "expires"),
                    Output.size(generation, "usedBytes"),
                    objects,
                    filemarks,
                    shownAs);
        }
        return table;
    }

    @Command(
            description = {
                "Makes a cartridge of another barcode that shows what was on a cartridge before it was "
                        + "erased, formatted or overwritten from the beginning.",
                "It can be read, and not be written."
            })
    void recover(
            @Parameters(paramLabel = "BARCODE", description = "What was erased or overwritten.")
                    String barcode,
            @Parameters(paramLabel = "NEW_BARCODE", description = "What is to show it.")
                    String newBarcode,
            @Option(
                            names = "--generation",
                            paramLabel = "N",
                            description =
                                    "Which, of those that 'generations' lists (default: the last).")
                    @Nullable Long generation,
            @Option(
                            names = "--library",
                            paramLabel = "LIBRARY",
                            description = "Put it into this library (default: on the shelf).")
                    @Nullable String library,
            @Option(
                            names = "--import-export",
                            description = "Into the first empty import/export element.")
                    boolean importExport) {
        long wanted = generation == null ? lastGeneration(barcode) : generation;
        Map<String, Object> request = new HashMap<>();
        put(request, "barcode", newBarcode);
        put(request, "library", library);
        put(request, "elementType", importExport ? "import-export" : null);
        output().print(
                        api().send(
                                        "POST",
                                        path(barcode) + "/generations/" + wanted + "/show",
                                        request),
                        place ->
                                "generation %d of %s: %s"
                                        .formatted(wanted, barcode, LibraryCommands.place(place)));
    }

    private long lastGeneration(String barcode) {
        JsonNode kept = api().get(path(barcode) + "/generations").path("generations");
        if (kept.isEmpty()) {
            throw new CliException(
                    ExitStatus.FAILED, "nothing is kept of what was on " + barcode + " before");
        }
        return kept.get(kept.size() - 1).path("generation").asLong();
    }

    @Command(description = "Gives up what was on a cartridge before, ahead of its time.")
    void forget(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Parameters(
                            paramLabel = "GENERATION",
                            description = "Which, as 'generations' lists it.")
                    long generation) {
        output().print(
                        api().send(
                                        "DELETE",
                                        path(barcode) + "/generations/" + generation,
                                        Map.of()),
                        answer ->
                                "generation %d of %s is given up%n".formatted(generation, barcode));
    }

    @Command(
            description = {
                "Makes a cartridge blank, at once.",
                "What was on it is kept as long as the node keeps generations; see 'generations'."
            })
    void erase(@Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        output().print(
                        api().send("POST", path(barcode) + "/erase", Map.of()),
                        cartridge -> barcode + " is blank\n");
    }

    @Command(description = "Destroys a cartridge that is on the shelf.")
    void destroy(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode) {
        output().print(
                        api().send("DELETE", path(barcode), Map.of()),
                        answer -> barcode + " is destroyed\n");
    }

    @Command(
            description =
                    "Sets how long what is on a cartridge is kept. A lock is only ever extended.")
    void retain(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(
                            names = "--keep-days",
                            paramLabel = "N",
                            description = "How long what is overwritten or erased is kept.")
                    @Nullable Integer keepDays,
            @Option(
                            names = "--lock-until",
                            paramLabel = "TIME",
                            description =
                                    "Until when nothing on it is overwritten or erased: 2030-01-31 or 2030-01-31T12:00:00Z.")
                    @Nullable String lockUntil) {
        if (keepDays == null && lockUntil == null) {
            throw new CommandLine.ParameterException(
                    commandLine(), "--keep-days or --lock-until is needed");
        }
        Map<String, Object> request = new HashMap<>();
        put(request, "keepGenerationsDays", keepDays);
        put(request, "lockedUntil", lockUntil == null ? null : instant(lockUntil));
        output().print(api().send("PATCH", path(barcode), request), CartridgeCommands::retainText);
    }

    /** A day stands for its beginning. */
    private static String instant(String time) {
        return time.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") ? time + "T00:00:00Z" : time;
    }

    private static String retainText(JsonNode cartridge) {
        return "%s: earlier content kept %s, %s%n"
                .formatted(
                        Output.text(cartridge, "barcode"),
                        cartridge.has("keepGenerationsDays")
                                ? "for %s days"
                                        .formatted(cartridge.path("keepGenerationsDays").asText())
                                : "as its pool or the node says",
                        isLocked(cartridge)
                                ? "locked until " + Output.text(cartridge, "lockedUntil")
                                : "not locked");
    }

    @Command(description = "Sets the write-protect tab of a cartridge, or clears it.")
    void protect(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(names = "--off", description = "Clear it.") boolean off) {
        output().print(
                        api().send("PATCH", path(barcode), Map.of("writeProtected", !off)),
                        cartridge ->
                                barcode
                                        + (cartridge.path("writeProtected").asBoolean()
                                                ? " is write-protected\n"
                                                : " can be written\n"));
    }

    private static String path(String barcode) {
        return ApiClient.path("/v1/cartridges/%s", barcode);
    }
}
