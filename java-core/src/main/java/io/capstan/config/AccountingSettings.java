package io.capstan.config;

import java.util.List;

/**
 * Section {@code accounting}: what data costs where it is.
 *
 * @param currency what amounts are in, for those who read them ({@code currency})
 * @param intervalHours between two entries of the history ({@code interval-hours})
 * @param prices by tier ({@code prices}); a tier that has none costs nothing
 */
public record AccountingSettings(String currency, int intervalHours, List<Price> prices) {

    public static final AccountingSettings DEFAULTS = new AccountingSettings("EUR", 24, List.of());

    public AccountingSettings {
        prices = List.copyOf(prices);
    }

    /**
     * What a tier costs.
     *
     * @param tier its name, or {@code active} for the node's own disks ({@code tier}); required
     * @param gibMonth a GiB kept for a month of 30 days ({@code gib-month})
     * @param gibRecalled a GiB brought back ({@code gib-recalled})
     * @param request a chunk asked for ({@code request})
     */
    public record Price(String tier, double gibMonth, double gibRecalled, double request) {

        /** What a tier costs of which nothing was said. */
        public static Price none(String tier) {
            return new Price(tier, 0, 0, 0);
        }
    }

    /** The price of a tier. */
    public Price of(String tier) {
        return prices.stream()
                .filter(price -> price.tier().equals(tier))
                .findFirst()
                .orElseGet(() -> Price.none(tier));
    }
}
