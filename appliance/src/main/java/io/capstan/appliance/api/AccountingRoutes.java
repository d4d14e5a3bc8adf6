package io.capstan.appliance.api;

import io.capstan.appliance.accounting.Accounting;
import io.capstan.appliance.accounting.Usage;
import io.capstan.appliance.node.Node;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What data takes up and costs. */
final class AccountingRoutes {

    private static final String BY = "tier, library, pool or cartridge; tier if not given";

    private final Node node;

    AccountingRoutes(Node node) {
        this.node = node;
    }

    /**
     * What is there now.
     *
     * @param by what the rows are by
     */
    record Usages(String by, String currency, List<UsageRow> rows) {}

    /**
     * @param key of the row; empty for what is in no library, or belongs to no cartridge any more
     * @param costPerMonth if all of it stays for 30 days
     */
    record UsageRow(String key, long bytes, Map<String, Long> bytesByTier, double costPerMonth) {}

    /**
     * What was kept over a while.
     *
     * @param from inclusive
     * @param to exclusive
     */
    record Costs(String by, String currency, String from, String to, List<CostRow> rows) {}

    /**
     * @param gibFetched that came from tiers
     * @param cost of keeping and of fetching
     */
    record CostRow(String key, double gibMonths, double gibFetched, double cost) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/accounting/usage",
                                "showUsage",
                                "What data takes up now, with all copies, and what it costs a month.",
                                Usages.class,
                                this::usage)
                        .forTenants()
                        .withQuery(new Route.QueryParameter("by", false, BY)),
                Route.get(
                                "/v1/accounting/costs",
                                "showCosts",
                                "What was kept over a while and what came from tiers, and what that cost, at the prices"
                                        + " of now.",
                                Costs.class,
                                this::costs)
                        .forTenants()
                        .withQuery(
                                new Route.QueryParameter("by", false, BY),
                                new Route.QueryParameter(
                                        "from",
                                        false,
                                        "a day or an instant, such as 2026-11-01; 30 days ago if not given"),
                                new Route.QueryParameter(
                                        "to",
                                        false,
                                        "a day or an instant, exclusive; now if not given")));
    }

    private static Usage.Key by(Call call) {
        String wanted = call.query("by").orElse("tier");
        return Stream.of(Usage.Key.values())
                .filter(key -> name(key).equals(wanted))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest("'by' is " + BY));
    }

    private static String name(Usage.Key key) {
        return key.name().toLowerCase(Locale.ROOT);
    }

    private Usages usage(Call call) {
        Usage.Key by = by(call);
        Accounting accounting = node.accounting();
        return new Usages(
                name(by),
                accounting.currency(),
                accounting.now(by, isSeen(call)).stream()
                        .map(row ->
                                new UsageRow(
                                        row.key(),
                                        row.bytes(),
                                        row.bytesByTier(),
                                        row.costPerMonth()))
                        .toList());
    }

    private Costs costs(Call call) throws IOException {
        Usage.Key by = by(call);
        long now = node.clock().millis();
        long to = Math.min(now, instant(call, "to", now));
        long from = instant(call, "from", now - 30 * 86_400_000L);
        if (to < from) {
            throw Problem.badRequest("'to' comes before 'from'");
        }
        return new Costs(
                name(by),
                node.accounting().currency(),
                Instant.ofEpochMilli(from).toString(),
                Instant.ofEpochMilli(to).toString(),
                node.accounting().history(by, from, to, isSeen(call)).stream()
                        .map(row ->
                                new CostRow(
                                        row.key(), row.gibMonths(), row.gibFetched(), row.cost()))
                        .toList());
    }

    /** A tenant is told of its cartridges; what belongs to none any more is the administrator's. */
    private static Predicate<Usage> isSeen(Call call) {
        return usage ->
                !call.access().isTenant()
                        || (!usage.cartridge().isEmpty()
                                && call.access().sees(new VolumeIdentifier(usage.cartridge())));
    }

    private static long instant(Call call, String name, long otherwise) {
        return call.query(name).map(text -> instant(name, text)).orElse(otherwise);
    }

    private static long instant(String name, String text) {
        try {
            return text.length() <= 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
                    : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw Problem.badRequest(
                    "'%s' is a day or an instant, such as 2026-11-01 or 2026-11-01T12:00:00Z, not '%s'"
                            .formatted(name, text));
        }
    }
}
