package io.capstan.scsi.spc;

import io.capstan.metrics.Counter;

/** What is counted of the commands of each logical unit, by {@link CommandMetrics}. */
public enum ScsiCounter implements Counter {
    COMMANDS("capstan_scsi_commands_total", "", "Commands finished, by command"),
    COMMAND_NANOSECONDS(
            "capstan_scsi_command_nanoseconds_total",
            "nanoseconds",
            "Time from taking up a command to its result, by command"),
    CHECK_CONDITIONS(
            "capstan_scsi_check_conditions_total",
            "",
            "Commands that ended with CHECK CONDITION, by sense key"),
    INTERNAL_TARGET_FAILURES(
            "capstan_scsi_internal_target_failures_total",
            "",
            "Commands answered INTERNAL TARGET FAILURE; the log says why"),
    DATA_IN_BYTES("capstan_scsi_data_in_bytes_total", "bytes", "Bytes returned in Data-In Buffers"),
    DATA_OUT_BYTES(
            "capstan_scsi_data_out_bytes_total", "bytes", "Bytes received in Data-Out Buffers");

    private final String metricName;
    private final String unit;
    private final String help;

    ScsiCounter(String metricName, String unit, String help) {
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
