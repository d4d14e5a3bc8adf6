package io.capstan.upkeep;

import io.capstan.metrics.Counter;

/** What upkeep counts. */
public enum UpkeepCounter implements Counter {
    DISK_FAILURES("capstan_store_disk_failures_total", "", "Times a disk was taken out of use"),
    DISK_RETURNS(
            "capstan_store_disk_returns_total",
            "",
            "Times a disk came back and was brought up to date"),
    COPIES_DROPPED(
            "capstan_store_copies_dropped_total",
            "",
            "Copies given up because their disk failed while they were written"),
    COPIES_BAD("capstan_store_copies_bad_total", "", "Copies found that are not what was written"),
    COPIES_REPAIRED(
            "capstan_store_copies_repaired_total", "", "Bad copies made anew from a good one"),
    COPIES_MADE("capstan_store_copies_made_total", "", "Copies made to have as many as wanted"),
    COPIES_REMOVED(
            "capstan_store_copies_removed_total",
            "",
            "Copies removed because there are enough others, or nothing refers to them"),
    BYTES_COPIED("capstan_store_copied_bytes_total", "bytes", "Bytes of copies made"),
    SCRUB_CHUNKS("capstan_store_scrub_copies_total", "", "Copies verified by scrubbing"),
    SCRUB_BYTES("capstan_store_scrub_bytes_total", "bytes", "Bytes verified by scrubbing"),
    SCRUBS("capstan_store_scrubs_total", "", "Scrubs finished");

    private final String metricName;
    private final String unit;
    private final String help;

    UpkeepCounter(String metricName, String unit, String help) {
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
