package io.capstan.tcmu;

import io.capstan.metrics.Counter;

/** What a TCMU ring counts, per logical unit. */
public enum TcmuCounter implements Counter {
    COMMANDS("capstan_tcmu_commands_total", "", "Commands answered"),
    BATCHES(
            "capstan_tcmu_batches_total",
            "",
            "Batches drained, each with one wake-up of the kernel"),
    TASK_MANAGEMENT("capstan_tcmu_task_management_total", "", "Task management notifications"),
    COMMANDS_REFUSED(
            "capstan_tcmu_commands_refused_total",
            "",
            "Commands an earlier process left behind, answered with UNIT ATTENTION"),
    COMMANDS_MALFORMED(
            "capstan_tcmu_commands_malformed_total", "", "Ring entries that made no sense"),
    RING_RESETS("capstan_tcmu_ring_resets_total", "", "Rings reset because they were corrupt"),
    COMMANDS_OVERDUE(
            "capstan_tcmu_commands_overdue_total",
            "",
            "Commands that took longer than the watchdog's limit");

    private final String metricName;
    private final String unit;
    private final String help;

    TcmuCounter(String metricName, String unit, String help) {
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
