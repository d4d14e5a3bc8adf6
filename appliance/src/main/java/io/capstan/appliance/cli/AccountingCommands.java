package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code capstan accounting ...}. */
@Command(name = "accounting", description = "What data takes up, and what it costs.")
final class AccountingCommands extends Noun {

    private static final String BY = "tier, library, pool or cartridge (default: tier).";

    @Command(description = "Shows what data takes up now, and what it costs a month.")
    void usage(
            @Option(names = "--by", paramLabel = "KEY", defaultValue = "tier", description = BY)
                    String by) {
        output().print(
                        api().get(ApiClient.path("/v1/accounting/usage?by=%s", by)),
                        AccountingCommands::usageText);
    }

    private static Table usageText(JsonNode document) {
        Table table = new Table(title(document), "SIZE", "COST/MONTH");
        document.path("rows")
                .forEach(row ->
                        table.add(
                                key(row),
                                Output.size(row, "bytes"),
                                amount(row, "costPerMonth", document)));
        return table;
    }

    @Command(
            description =
                    "Shows what was kept over a while and what came from tiers, and what that cost.")
    void costs(
            @Option(names = "--by", paramLabel = "KEY", defaultValue = "tier", description = BY)
                    String by,
            @Option(
                            names = "--from",
                            paramLabel = "DAY",
                            description = "First day, or an instant (default: 30 days ago).")
                    @Nullable String from,
            @Option(
                            names = "--to",
                            paramLabel = "DAY",
                            description = "Day behind the last one, or an instant (default: now).")
                    @Nullable String to) {
        String path = ApiClient.path("/v1/accounting/costs?by=%s", by);
        if (from != null) {
            path += ApiClient.path("&from=%s", from);
        }
        if (to != null) {
            path += ApiClient.path("&to=%s", to);
        }
        output().print(api().get(path), AccountingCommands::costsText);
    }

    private static Table costsText(JsonNode document) {
        Table table = new Table(title(document), "GIB-MONTHS", "GIB-FETCHED", "COST");
        document.path("rows")
                .forEach(row ->
                        table.add(
                                key(row),
                                String.format(
                                        Locale.ROOT, "%.3f", row.path("gibMonths").asDouble()),
                                String.format(
                                        Locale.ROOT, "%.3f", row.path("gibFetched").asDouble()),
                                amount(row, "cost", document)));
        return table;
    }

    private static String title(JsonNode document) {
        return Output.text(document, "by").toUpperCase(Locale.ROOT);
    }

    /** What is on the shelf or in transit has no library, and what is about to be deleted no cartridge. */
    private static String key(JsonNode row) {
        String key = Output.text(row, "key");
        return key.isEmpty() ? "-" : key;
    }

    private static String amount(JsonNode row, String name, JsonNode document) {
        return String.format(
                Locale.ROOT,
                "%.4f %s",
                row.path(name).asDouble(),
                Output.text(document, "currency"));
    }
}
