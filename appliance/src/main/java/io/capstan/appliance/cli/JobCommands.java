package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan job ...}. */
@Command(name = "job", description = "The work that brings cartridges from tier to tier.")
final class JobCommands extends Noun {

    private static final int BAR_LENGTH = 20;

    @Command(description = "Lists the jobs that are not over.")
    void list(
            @Option(names = "--all", description = "Those that are over as well.") boolean all,
            @Option(
                            names = "--barcode",
                            paramLabel = "BARCODE",
                            description = "Those of one cartridge.")
                    @Nullable String barcode) {
        String query = "/v1/jobs?all=" + all;
        String path = barcode == null ? query : ApiClient.path(query + "&barcode=%s", barcode);
        output().print(api().get(path), JobCommands::listText);
    }

    private static Table listText(JsonNode document) {
        Table table = new Table("JOB", "BARCODE", "STATE", "TIER", "TO", "PROGRESS", "REASON");
        document.path("jobs")
                .forEach(job ->
                        table.add(
                                Output.text(job, "job"),
                                Output.text(job, "barcode"),
                                state(job),
                                Output.text(job, "tier"),
                                goal(job),
                                bar(job),
                                Output.text(job, "reason")));
        return table;
    }

    private static String state(JsonNode job) {
        boolean isOnItsWayBack =
                job.path("cancelled").asBoolean() && !Output.text(job, "state").equals("cancelled");
        return Output.text(job, "state") + (isOnItsWayBack ? " (on its way back)" : "");
    }

    private static String bar(JsonNode job) {
        long chunks = job.path("chunks").asLong();
        long moved = job.path("chunksMoved").asLong();
        boolean isDone = Output.text(job, "state").equals("done");
        int full = isDone ? BAR_LENGTH : chunks == 0 ? 0 : (int) (BAR_LENGTH * moved / chunks);
        return "[%s%s] %d/%d"
                .formatted("#".repeat(full), ".".repeat(BAR_LENGTH - full), moved, chunks);
    }

    @Command(description = "Shows a job.")
    void show(@Parameters(paramLabel = "JOB", description = "Its number.") long job) {
        output().print(api().get("/v1/jobs/" + job), JobCommands::showText);
    }

    private static String showText(JsonNode job) {
        return """
        job %s of cartridge %s: %s
        data to tier %s, cartridge %s
        %s, %s of %s moved
        created %s, changed %s, tried again %s, expected end %s
        %s
        """
                .formatted(
                        Output.text(job, "job"),
                        Output.text(job, "barcode"),
                        state(job),
                        Output.text(job, "tier"),
                        way(job),
                        bar(job),
                        Output.size(job, "bytesMoved"),
                        Output.size(job, "bytes"),
                        Output.text(job, "created"),
                        Output.text(job, "changed"),
                        orNone(Output.text(job, "notBefore")),
                        orNone(Output.text(job, "expectedEnd")),
                        Output.text(job, "reason"));
    }

    private static String goal(JsonNode job) {
        String to = Output.text(job, "to");
        return to.isEmpty() && job.has("from") ? "the shelf" : to;
    }

    private static String way(JsonNode job) {
        String from = Output.text(job, "from");
        String to = Output.text(job, "to");
        return from.isEmpty() && to.isEmpty()
                ? "stays where it is"
                : "from %s to %s".formatted(shelfIfEmpty(from), shelfIfEmpty(to));
    }

    private static String shelfIfEmpty(String element) {
        return element.isEmpty() ? "the shelf" : element;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "-" : text;
    }

    @Command(
            description = {
                "Gives a job up.",
                "Its cartridge goes back to where it came from, with its data; that may take a while."
            })
    void cancel(@Parameters(paramLabel = "JOB", description = "Its number.") long job) {
        output().print(
                        api().send("POST", "/v1/jobs/" + job + "/cancel", Map.of()),
                        JobCommands::showText);
    }

    @Command(description = "Has a job that waits try again now.")
    void retry(@Parameters(paramLabel = "JOB", description = "Its number.") long job) {
        output().print(
                        api().send("POST", "/v1/jobs/" + job + "/retry", Map.of()),
                        JobCommands::showText);
    }

    @Command(description = "Sets a job's priority; those of higher ones run first.")
    void prioritize(
            @Parameters(paramLabel = "JOB", description = "Its number.") long job,
            @Parameters(paramLabel = "PRIORITY", description = "0 to 9; 5 by default.")
                    int priority) {
        output().print(
                        api().send("PATCH", "/v1/jobs/" + job, Map.of("priority", priority)),
                        JobCommands::showText);
    }
}
