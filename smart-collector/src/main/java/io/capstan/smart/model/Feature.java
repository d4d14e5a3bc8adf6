package io.capstan.smart.model;

import io.capstan.smart.history.SmartAttribute;
import java.util.ArrayList;
import java.util.List;

/**
 * One input of the boosted trees: what it says, and which way risk may move with it.
 *
 * <p>Counts of errors have a direction: whatever else holds, more of them never mean less risk. How fast they rose and how long ago
 * has none: the same count that came at once, or long ago, may mean either, and which is for data to say. With directions there,
 * too, fewer failures were found (docs/OPERATIONS.md has the figures of both).
 *
 * @param key stable name, part of model documents
 * @param direction +1 where more can only mean more risk, -1 where more can only mean less, 0 where data decides
 */
record Feature(String key, String title, int direction) {

    /** Days over which rises of counters are looked at. */
    private static final int[] WINDOWS_DAYS = {7, 30, 90};

    private static final List<Feature> ALL = list();

    static List<Feature> all() {
        return ALL;
    }

    /** A value as people read it: rates are a year's, where trees see the logarithm of a day's. */
    double shown(float value) {
        return key.startsWith("rate_") ? 365 * Math.exp(value) : value;
    }

    private static List<Feature> list() {
        List<Feature> all = new ArrayList<>();
        for (SmartAttribute attribute : SmartAttribute.values()) {
            int up = attribute.countsErrors() ? 1 : 0;
            String key = "s" + attribute.id();
            all.add(new Feature(key, attribute.title(), up));
            for (int days : WINDOWS_DAYS) {
                all.add(
                        new Feature(
                                key + "_rise_" + days + "d",
                                "%s gained in %d days".formatted(attribute.title(), days),
                                0));
            }
            all.add(
                    new Feature(
                            key + "_since_rise_h",
                            "hours since %s rose".formatted(attribute.title()),
                            0));
        }
        all.add(new Feature("nonzero", "error counters above zero", 1));
        all.add(new Feature("risen_30d", "error counters risen in 30 days", 0));
        all.add(new Feature("changes_30d", "days with changed error counters in 30 days", 0));
        all.add(new Feature("changes_90d", "days with changed error counters in 90 days", 0));
        all.add(new Feature("pending_peak_90d", "most pending sectors in 90 days", 1));
        all.add(new Feature("changes_7d", "days with changed error counters in 7 days", 0));
        all.add(new Feature("since_any_rise_h", "hours since any error counter rose", 0));
        all.add(new Feature("since_first_error_h", "hours since the first error", 0));
        all.add(new Feature("power_on_hours", "power-on hours", 0));
        all.add(new Feature("capacity_tb", "capacity", 0));
        all.add(new Feature("rate_model_age", "failures a year of model at this age", 0));
        all.add(new Feature("rate_model_recent", "recent failures a year of model", 0));
        all.add(new Feature("rate_batch", "failures a year of batch", 0));
        return List.copyOf(all);
    }
}
