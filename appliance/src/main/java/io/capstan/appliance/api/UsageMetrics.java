package io.capstan.appliance.api;

import io.capstan.appliance.accounting.Accounting;
import io.capstan.appliance.accounting.Usage;
import io.capstan.metrics.Labels;
import java.util.List;
import java.util.Locale;

/** What Prometheus reads of usage, as it was when it was last looked at; gauges, because it goes down too. */
final class UsageMetrics {

    private UsageMetrics() {}

    static String text(Accounting accounting) {
        StringBuilder text = new StringBuilder();
        for (Usage.Key by : List.of(Usage.Key.TIER, Usage.Key.LIBRARY, Usage.Key.POOL)) {
            String key = by.name().toLowerCase(Locale.ROOT);
            List<Accounting.NowRow> rows = accounting.latest(by);
            String bytes = "capstan_usage_%s_bytes".formatted(key);
            head(text, bytes, "Bytes kept, with all copies, by " + key);
            rows.forEach(row -> line(text, bytes, key, row.key(), String.valueOf(row.bytes())));
            String cost = "capstan_usage_%s_cost_per_month".formatted(key);
            head(text, cost, "What they cost a month, by " + key);
            rows.forEach(row ->
                    line(
                            text,
                            cost,
                            key,
                            row.key(),
                            String.format(Locale.ROOT, "%.6f", row.costPerMonth())));
        }
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String help) {
        text.append("# HELP %s %s%n# TYPE %s gauge%n".formatted(name, help, name));
    }

    private static void line(
            StringBuilder text, String name, String label, String key, String value) {
        text.append(name).append(Labels.of(label, key)).append(' ').append(value).append('\n');
    }
}
