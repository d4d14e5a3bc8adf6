package io.capstan.catalog;

import io.capstan.metrics.Counter;

/** What the catalog counts. */
public enum CatalogCounter implements Counter {
    COMMITS("capstan_catalog_commits_total", "", "Commits to stable storage"),
    CHANGES("capstan_catalog_changes_total", "", "Changes committed"),
    CHANGES_FAILED(
            "capstan_catalog_changes_failed_total", "", "Changes that failed and left no trace"),
    BATCHES_REDONE(
            "capstan_catalog_batches_redone_total",
            "",
            "Batches run again without a change that failed, or in a larger map"),
    MAP_GROWTHS("capstan_catalog_map_growths_total", "", "Times the map was made larger"),
    READS("capstan_catalog_reads_total", "", "Read transactions");

    private final String metricName;
    private final String unit;
    private final String help;

    CatalogCounter(String metricName, String unit, String help) {
        this.metricName = metricName;
        this.unit = unit;
        this.help = help;
    }

    @Override
    public String metricName() {
        return metricName;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String help() {
        return help;
    }
}
