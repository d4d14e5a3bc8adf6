package io.capstan.config;

import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code accounting}, and compares it with the tiers it names. */
final class AccountingReader {

    private static final Pattern CURRENCY = Pattern.compile("[A-Za-z]{1,8}");
    private static final double PRICE_MAX = 1_000_000;
    private static final String ACTIVE = "active";

    private final Problems problems;
    private final List<TierSettings> tiers;

    AccountingReader(Problems problems, List<TierSettings> tiers) {
        this.problems = problems;
        this.tiers = tiers;
    }

    AccountingSettings read(Section section) {
        AccountingSettings defaults = AccountingSettings.DEFAULTS;
        AccountingSettings accounting =
                new AccountingSettings(
                        section.text("currency", CURRENCY, "1 to 8 letters")
                                .orElse(defaults.currency()),
                        section.integer("interval-hours", 1, 168, defaults.intervalHours()),
                        section.list("prices", this::readPrice));
        section.end();
        return accounting;
    }

    private AccountingSettings.Price readPrice(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        String tier = section.text("tier").orElse("");
        if (section.value("tier").isEmpty()) {
            section.problem("tier", "is missing");
        } else if (!tier.equals(ACTIVE)
                && tiers.stream().noneMatch(known -> known.name().equals(tier))) {
            section.problem("tier", "there is no tier " + tier);
        } else {
            problems.take("price of tier", tier, section.location("tier"), section.path("tier"));
        }
        AccountingSettings.Price price =
                new AccountingSettings.Price(
                        tier,
                        section.real("gib-month", 0, PRICE_MAX, 0),
                        section.real("gib-recalled", 0, PRICE_MAX, 0),
                        section.real("request", 0, PRICE_MAX, 0));
        section.end();
        return price;
    }
}
