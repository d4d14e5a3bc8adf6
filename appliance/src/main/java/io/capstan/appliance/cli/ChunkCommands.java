package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code capstan chunk ...}. */
@Command(name = "chunk", description = "Chunks, which data is kept in.")
final class ChunkCommands extends Noun {

    @Command(description = "Lists copies of chunks that are bad and not repaired yet.")
    int list(
            @Option(
                            names = "--bad",
                            required = true,
                            description = "Bad copies: the only list there is.")
                    boolean bad) {
        JsonNode document = api().get("/v1/chunks/bad");
        output().print(document, ChunkCommands::text);
        return document.path("copies").isEmpty() ? ExitStatus.DONE : ExitStatus.FINDINGS;
    }

    private static Object text(JsonNode document) {
        if (document.path("copies").isEmpty()) {
            return "no copy is known to be bad\n";
        }
        Table table = new Table("CHUNK", "DISK", "FOUND", "REASON");
        document.path("copies")
                .forEach(copy ->
                        table.add(
                                Output.text(copy, "chunk"),
                                Output.text(copy, "disk"),
                                Output.text(copy, "found"),
                                Output.text(copy, "reason")));
        return table;
    }
}
