package io.capstan.tier;

import io.capstan.metrics.Counter;

/** What tiers and their jobs count; by tier, but for jobs. */
public enum TierCounter implements Counter {
    CHUNKS_SENT("capstan_tier_sent_chunks_total", "", "Chunks stored in a tier"),
    BYTES_SENT("capstan_tier_sent_bytes_total", "bytes", "Bytes of chunks sent to a tier"),
    CHUNKS_RECEIVED("capstan_tier_received_chunks_total", "", "Chunks brought back from a tier"),
    BYTES_RECEIVED(
            "capstan_tier_received_bytes_total", "bytes", "Bytes of chunks read from a tier"),
    CHUNKS_REPAIRED(
            "capstan_tier_repaired_chunks_total",
            "",
            "Chunks that were bad on this node's disks and were made anew from a tier"),
    CHUNKS_RECALLED("capstan_tier_recalled_chunks_total", "", "Archived chunks asked for"),
    CHUNKS_RELEASED(
            "capstan_tier_released_chunks_total", "", "Chunks of which copies were released"),
    OBJECTS_SWEPT("capstan_tier_swept_objects_total", "", "Objects that were left over in a tier"),
    COPIES_LOST(
            "capstan_tier_lost_copies_total",
            "",
            "Copies in a tier that were gone, or not what was stored"),
    JOBS_FINISHED("capstan_tier_finished_jobs_total", "", "Jobs that are done or cancelled"),
    ATTEMPTS_FAILED("capstan_tier_failed_attempts_total", "", "Times a job could not go on");

    private final String metricName;
    private final String unit;
    private final String help;

    TierCounter(String metricName, String unit, String help) {
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
